/// A token that is looked for in the text itself, before the model sees any of it.
struct AddedToken: Sendable {
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
  let isSpecial: Bool

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

  /// A special token that is matched as it is.
  init(special content: String) {
    self.content = Array(content.utf8)
    isSingleWord = false
    stripsLeft = false
    stripsRight = false
    isNormalized = false
    isSpecial = true
  }
}
