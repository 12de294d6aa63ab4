/// Joins the characters of a word to tokens.
///
/// Its buffers are kept from word to word.
struct WordMerger {
  /// A token and the bytes it stands for.
  struct Piece {
    var id: UInt32
    var start: Int
    var end: Int

    init(_ id: UInt32, _ range: Range<Int>) {
      self.id = id
      start = range.lowerBound
      end = range.upperBound
    }
  }

  /// A piece in the list of those that are left, and the merge with the one behind it.
  private struct Symbol {
    var piece: Piece
    var previous: Int32
    var next: Int32
    var merge: UInt64  // rank << 32 | id, `none` when there is none
  }

  private static let none = UInt64.max

  private let model: BytePairModel
  private var symbols: [Symbol] = []
  private var queue = MergeQueue()

  init(_ model: BytePairModel) {
    self.model = model
  }

  /// Joins single characters as the merges say, lowest rank first.
  ///
  /// - Complexity: O(n log n) in the number of characters.
  mutating func merge(_ pieces: [Piece], into result: inout [Piece]) {
    load(pieces)
    while let (rank, position) = queue.removeFirst() {
      // An entry is out of date when its left symbol is gone or has another merge by now.
      guard symbols[position].merge >> 32 == UInt64(rank), symbols[position].merge != Self.none
      else { continue }
      join(position)
    }
    var position: Int32 = symbols.isEmpty ? -1 : 0
    while position >= 0 {
      result.append(symbols[Int(position)].piece)
      position = symbols[Int(position)].next
    }
  }

  private mutating func load(_ pieces: [Piece]) {
    queue.removeAll()
    symbols.removeAll(keepingCapacity: true)
    for (index, piece) in pieces.enumerated() {
      let next = index + 1 < pieces.count ? Int32(truncatingIfNeeded: index + 1) : -1
      symbols.append(
        Symbol(
          piece: piece, previous: Int32(truncatingIfNeeded: index) - 1, next: next,
          merge: Self.none))
    }
    for position in symbols.indices { offerMerge(at: position) }
  }

  /// Replaces a symbol and the one behind it by their merge.
  private mutating func join(_ position: Int) {
    let next = Int(symbols[position].next)
    symbols[position].piece.id = UInt32(truncatingIfNeeded: symbols[position].merge)
    symbols[position].piece.end = symbols[next].piece.end
    symbols[position].next = symbols[next].next
    symbols[next].merge = Self.none
    if symbols[position].next >= 0 {
      symbols[Int(symbols[position].next)].previous = Int32(truncatingIfNeeded: position)
    }
    offerMerge(at: position)
    if symbols[position].previous >= 0 { offerMerge(at: Int(symbols[position].previous)) }
  }

  /// Looks up the merge of a symbol with the one behind it.
  @inline(__always)
  private mutating func offerMerge(at position: Int) {
    let symbol = symbols[position]
    guard symbol.next >= 0,
      let merge = model.merges[symbol.piece.id, symbols[Int(symbol.next)].piece.id]
    else {
      symbols[position].merge = Self.none
      return
    }
    symbols[position].merge = merge
    queue.insert(rank: UInt32(truncatingIfNeeded: merge >> 32), position: position)
  }
}
