import OrderedJSON

/// The merges of a SentencePiece vocabulary, which only has a score for each token.
///
/// Every way to cut a token into two tokens is a merge. The better the score of the joined token,
/// the earlier it comes; of equal scores the longer left part first, then the longer right part.
/// Source: `generate_merges` in `convert_slow_tokenizer.py` of `transformers`. As in SentencePiece,
/// control, unknown and byte tokens neither join nor are joined to.
struct MergeDerivation {
  private struct Cut {
    let left: Int
    let right: Int
    let priority: Double
    let leftLength: Int
    let rightLength: Int
    let order: Int
  }

  private let tokens: [String]
  private let priorities: [Double]
  private var ids = Vocabulary()
  /// The lengths in bytes that tokens have: a cut into others need not be looked up, which keeps
  /// very long tokens from taking very long.
  private var lengths: Set<Int> = []
  private var cuts: [Cut] = []

  /// - Parameters:
  ///   - vocabulary: The tokens.
  ///   - priorities: A number for each token; the greatest comes first.
  init(_ vocabulary: GGUFVocabulary, priorities: [Double]) {
    tokens = vocabulary.tokens
    self.priorities = priorities
    ids = Vocabulary(minimumCapacity: tokens.count)
    let joining = zip(tokens, vocabulary.kinds).enumerated().filter { _, token in
      ![.control, .unknown, .byte].contains(token.1)
    }
    for (id, (token, _)) in joining {
      ids.set(UInt32(truncatingIfNeeded: id), for: Array(token.utf8)[...])
      lengths.insert(token.utf8.count)
    }
    for (id, _) in joining { appendCuts(of: id) }
    cuts.sort(by: Self.comesFirst)
  }

  /// The merges as a tokenizer.json lists them.
  var merges: JSONValue {
    .array(cuts.map { .array([.string(tokens[$0.left]), .string(tokens[$0.right])]) })
  }

  private mutating func appendCuts(of id: Int) {
    let bytes = Array(tokens[id].utf8)
    let length = tokens[id].unicodeScalars.count
    var found: [(left: Int, right: Int, leftLength: Int)] = []
    var leftLength = 0
    for position in bytes.indices where bytes[position] & 0xc0 != 0x80 {
      // Positions are the starts of scalars, so there are as many scalars before as were seen.
      defer { leftLength += 1 }
      guard lengths.contains(position), lengths.contains(bytes.count - position),
        let left = ids.id(of: bytes[..<position]), let right = ids.id(of: bytes[position...])
      else { continue }
      found.append((Int(left), Int(right), leftLength))
    }
    for cut in found.sorted(by: { ($0.left, $0.right) < ($1.left, $1.right) }) {
      cuts.append(
        Cut(
          left: cut.left, right: cut.right, priority: priorities[id], leftLength: cut.leftLength,
          rightLength: length - cut.leftLength, order: cuts.count))
    }
  }

  private static func comesFirst(_ one: Cut, _ other: Cut) -> Bool {
    if one.priority != other.priority { return one.priority > other.priority }
    if one.leftLength != other.leftLength { return one.leftLength > other.leftLength }
    if one.rightLength != other.rightLength { return one.rightLength > other.rightLength }
    return one.order < other.order
  }
}
