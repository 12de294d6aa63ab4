import OrderedJSON

/// The section `post_processor`: the special tokens around a text, and trimmed ranges.
struct PostProcessor: Sendable {
  /// A part of what becomes of a single text.
  enum Piece: Sendable {
    case text
    case special([UInt32])
  }

  /// Parts of a template; templates within sequences could multiply without bound.
  private static let pieceLimit = 256

  /// The text and the special tokens around it.
  private(set) var template: [Piece] = [.text]
  /// Whether the ranges of tokens leave out the white space at their ends, and if so, whether a
  /// single space at the start counts as put there by the tokenizer.
  private(set) var trimming: OffsetTrimming?

  /// Adds nothing.
  init() {}

  /// Reads a post-processor.
  init(_ section: JSONSection) throws(TokenizerError) {
    try read(section)
  }

  private mutating func read(_ section: JSONSection) throws(TokenizerError) {
    let type = try section.type()
    switch type {
    case "Sequence":
      for element in try section.required("processors").elements() { try read(element) }
    case "TemplateProcessing": try readTemplate(section)
    case "ByteLevel": try readTrimming(section)
    case "RobertaProcessing":
      try readTrimming(section)
      try readEnclosingTokens(section)
    case "BertProcessing": try readEnclosingTokens(section)
    default: throw section.unsupportedType(type)
    }
  }

  private mutating func readTrimming(_ section: JSONSection) throws(TokenizerError) {
    guard try section.required("trim_offsets").boolean() else { return }
    trimming = OffsetTrimming(
      addsPrefixSpace: try section.required("add_prefix_space").boolean())
  }

  /// `cls` before and `sep` behind the text, each written as `[token, id]`.
  private mutating func readEnclosingTokens(_ section: JSONSection) throws(TokenizerError) {
    let first = try Self.pairedID(try section.required("cls"))
    let last = try Self.pairedID(try section.required("sep"))
    template = [.special([first])] + template + [.special([last])]
  }

  private static func pairedID(_ section: JSONSection) throws(TokenizerError) -> UInt32 {
    let pair = try section.elements()
    guard pair.count == 2 else {
      throw .invalid(
        key: section.path, value: section.value.text(), reason: "it should be a token and its id")
    }
    return try pair[1].tokenID()
  }

  // MARK: Templates

  private mutating func readTemplate(_ section: JSONSection) throws(TokenizerError) {
    let specials = section.optional("special_tokens")
    let inner = template
    template = []
    for piece in try section.required("single").elements() {
      if let sequence = piece.optional("Sequence") {
        try Self.checkFirstText(sequence)
        template += inner
      } else {
        let name = try piece.required("SpecialToken").required("id")
        template.append(.special(try Self.ids(of: name, in: specials)))
      }
      guard template.count <= Self.pieceLimit else {
        throw .invalid(
          key: section.path(of: "single"), value: "\(template.count) parts",
          reason: "at most \(Self.pieceLimit) are supported")
      }
    }
  }

  /// A template for a single text has no second one.
  private static func checkFirstText(_ section: JSONSection) throws(TokenizerError) {
    let id = try section.required("id")
    guard try id.string() == "A" else {
      throw .invalid(key: id.path, value: try id.string(), reason: "a single text is called A")
    }
  }

  private static func ids(
    of name: JSONSection, in specials: JSONSection?
  ) throws(TokenizerError) -> [UInt32] {
    let token = try name.string()
    guard let special = specials?.optional(token) else {
      throw .unknownToken(key: name.path, token: token)
    }
    var ids: [UInt32] = []
    for id in try special.required("ids").elements() { ids.append(try id.tokenID()) }
    return ids
  }
}
