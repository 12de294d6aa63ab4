import OrderedJSON

/// A token that is looked for in the text itself, before the model sees any of it.
struct AddedToken: Sendable, Hashable, CustomStringConvertible {
  let content: [UInt8]
  /// Whether it only counts between characters that are not part of words.
  let isSingleWord: Bool
  /// Whether it takes white space before it along.
  let stripsLeft: Bool
  /// Whether it takes white space behind it along.
  let stripsRight: Bool
  /// Whether it is looked for in the normalised text.
  let isNormalized: Bool
  /// Whether decoding may leave it out.
  private(set) var isSpecial: Bool

  /// Reads an element of `added_tokens`.
  ///
  /// Its id is not read: the vocabulary decides.
  init(_ section: JSONSection) throws(TokenizerError) {
    content = Array(try section.required("content").string().utf8)
    isSingleWord = try section.required("single_word").boolean()
    stripsLeft = try section.required("lstrip").boolean()
    stripsRight = try section.required("rstrip").boolean()
    isNormalized = try section.required("normalized").boolean()
    isSpecial = try section.required("special").boolean()
  }

  /// Reads a token of a configuration, which may leave flags out, as in Python's `AddedToken`.
  ///
  /// - Parameters:
  ///   - section: An object with `content`.
  ///   - isSpecial: Whether it is special whatever it says; nil to read that too.
  /// - Throws: `TokenizerError` with the member that is wrong.
  init(partial section: JSONSection, isSpecial: Bool? = nil) throws(TokenizerError) {
    guard section.value.objectValue != nil else {
      throw .wrongType(
        key: section.path, expected: "a token or an object with its content",
        found: section.value.kind)
    }
    content = Array(try section.required("content").string().utf8)
    isSingleWord = try section.boolean("single_word", default: false)
    stripsLeft = try section.boolean("lstrip", default: false)
    stripsRight = try section.boolean("rstrip", default: false)
    let own = try section.boolean("special", default: false)
    let special = isSpecial ?? own
    isNormalized = try section.boolean("normalized", default: !special)
    self.isSpecial = special
  }

  /// A special token that is matched as it is.
  init(special content: String) {
    self.init(content: content, isNormalized: false, isSpecial: true)
  }

  /// A token that takes nothing along.
  init(content: String, isNormalized: Bool, isSpecial: Bool) {
    self.content = Array(content.utf8)
    isSingleWord = false
    stripsLeft = false
    stripsRight = false
    self.isNormalized = isNormalized
    self.isSpecial = isSpecial
  }

  /// The same token, special.
  var special: AddedToken {
    var token = self
    token.isSpecial = true
    return token
  }

  /// Content and flags.
  var description: String {
    let flags = [isSingleWord, stripsLeft, stripsRight, isNormalized, isSpecial]
    return String(decoding: content, as: UTF8.self) + flags.map { $0 ? "1" : "0" }.joined()
  }
}
