import TextPatterns

/// The section `added_tokens`: tokens on top of the model's vocabulary.
struct AddedVocabulary: Sendable {
  private var tokens: [UInt32: AddedToken] = [:]
  private var ids: [UInt32] = []  // by number in `contents`
  private var contents = ByteStringTable()
  private var specialContents = ByteStringTable()
  private var normalizedContents: [UInt32: [UInt8]] = [:]
  private var rawMatcher: TokenMatcher?
  private var normalizedMatcher: TokenMatcher?
  /// The id that the next token gets that the model does not have.
  private var nextID: UInt32
  /// Whether special tokens in a text are split like any other text.
  private let splitsSpecials: Bool

  /// Gives each token the id that the model has for its content, or the next free one from the
  /// size of the model's vocabulary up.
  init(
    _ added: [AddedToken], model: Vocabulary, normalizer: Normalizer?, splitsSpecials: Bool = false
  ) {
    self.splitsSpecials = splitsSpecials
    nextID = UInt32(truncatingIfNeeded: model.count)
    for token in added where !token.content.isEmpty { add(token, model, normalizer) }
    rawMatcher = matcher { !$0.isNormalized }
    normalizedMatcher = matcher(where: \.isNormalized)
  }

  private mutating func add(_ token: AddedToken, _ model: Vocabulary, _ normalizer: Normalizer?) {
    let content = token.content[...]
    let id = id(of: content) ?? model.id(of: content) ?? takeNextID()
    if contents.insert(content) == ids.count { ids.append(id) }
    if token.isSpecial { _ = specialContents.insert(content) }
    if token.isNormalized, let normalizer {
      let text = AlignedText(original: token.content)
      normalizedContents[id] = normalizer.applied(to: text, text.range).bytes
    }
    tokens[id] = token
  }

  private mutating func takeNextID() -> UInt32 {
    defer { nextID &+= 1 }
    return nextID
  }

  private func matcher(where isWanted: (AddedToken) -> Bool) -> TokenMatcher? {
    let strings = tokens.filter { isWanted($0.value) }.sorted { $0.key < $1.key }
      .map { (bytes: normalizedContents[$0.key] ?? $0.value.content, id: $0.key) }
    return strings.isEmpty ? nil : TokenMatcher(strings)
  }

  // MARK: Tokens

  /// How many tokens there are that a model does not have.
  func count(beyond model: Vocabulary) -> Int {
    (0..<contents.count).count { model.id(of: contents[$0]) == nil }
  }

  /// The id of a token by its content.
  func id(of content: ArraySlice<UInt8>) -> UInt32? {
    contents.number(of: content).map { ids[$0] }
  }

  /// The token of an id.
  func token(of id: UInt32) -> AddedToken? { tokens[id] }

  /// What decoding starts from: the form that is looked for in the text.
  func spelling(of id: UInt32) -> [UInt8]? {
    tokens[id].map { normalizedContents[id] ?? $0.content }
  }

  /// Whether some special token is spelled like this.
  func isSpecial(_ spelling: ArraySlice<UInt8>) -> Bool {
    specialContents.number(of: spelling) != nil
  }

  // MARK: Search

  /// A part of a text: an added token, or what lies between.
  struct Part {
    var range: Range<Int>
    var id: UInt32?
  }

  /// Splits an original text at the tokens that are not normalised.
  func parts(ofOriginal bytes: [UInt8]) -> [Part] { parts(of: bytes, 0..<bytes.count, rawMatcher) }

  /// Splits a normalised text at the tokens that are normalised.
  func parts(ofNormalized bytes: [UInt8], _ range: Range<Int>) -> [Part] {
    parts(of: bytes, range, normalizedMatcher)
  }

  private func parts(
    of bytes: [UInt8], _ range: Range<Int>, _ matcher: TokenMatcher?
  ) -> [Part] {
    guard let matcher else { return [Part(range: range)] }
    var parts: [Part] = []
    var end = range.lowerBound  // of the last part
    var position = range.lowerBound
    while let match = matcher.firstMatch(in: bytes, from: position, to: range.upperBound) {
      position = match.range.upperBound
      guard let token = tokens[match.id], isAllowed(token, at: match.range, in: bytes, range) else {
        continue
      }
      let found = widened(match.range, token, in: bytes, within: end..<range.upperBound)
      if found.isEmpty { continue }
      if end < found.lowerBound { parts.append(Part(range: end..<found.lowerBound)) }
      parts.append(Part(range: found, id: match.id))
      end = found.upperBound
    }
    if end < range.upperBound { parts.append(Part(range: end..<range.upperBound)) }
    return parts
  }

  /// A single word must not touch other word characters, and special tokens may be left out.
  private func isAllowed(
    _ token: AddedToken, at match: Range<Int>, in bytes: [UInt8], _ range: Range<Int>
  ) -> Bool {
    if splitsSpecials, isSpecial(token.content[...]) { return false }
    guard token.isSingleWord else { return true }
    let touchesLeft =
      match.lowerBound > range.lowerBound
      && Self.isWord(bytes, bytes.scalarStart(before: match.lowerBound))
    let touchesRight = match.upperBound < range.upperBound && Self.isWord(bytes, match.upperBound)
    return !touchesLeft && !touchesRight
  }

  private static func isWord(_ bytes: [UInt8], _ position: Int) -> Bool {
    CharacterDatabase.rustWord.contains(bytes.scalar(at: position).value)
  }

  /// A match with the white space that its token takes along.
  private func widened(
    _ match: Range<Int>, _ token: AddedToken, in bytes: [UInt8], within limits: Range<Int>
  ) -> Range<Int> {
    var start = match.lowerBound
    var end = match.upperBound
    if token.stripsLeft {
      while start > limits.lowerBound, bytes.isWhiteSpace(at: bytes.scalarStart(before: start)) {
        start = bytes.scalarStart(before: start)
      }
      // The token before may have taken this white space, and even this token, along.
      start = max(start, limits.lowerBound)
    }
    if token.stripsRight {
      while end < limits.upperBound, bytes.isWhiteSpace(at: end) { end = bytes.scalar(at: end).end }
    }
    return start..<max(start, end)
  }
}
