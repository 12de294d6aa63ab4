/// SentencePiece's splitting: spaces become a visible character, and words begin with it.
struct Metaspace: Sendable {
  /// Which parts of a text get a space in front when they have none.
  enum PrependScheme: String {
    case always, first, never
  }

  /// The character that SentencePiece writes for a space, U+2581, in UTF-8.
  static let space = Array("\u{2581}".utf8)

  /// The character that stands for a space, in UTF-8.
  let replacement: [UInt8]
  let scheme: PrependScheme
  /// Whether the text is split before every replacement character.
  let splits: Bool

  /// Reads a pre-tokenizer or decoder of type `Metaspace`.
  init(_ section: JSONSection) throws(TokenizerError) {
    replacement = Array(String(try section.required("replacement").scalar()).utf8)
    scheme = try Self.scheme(section)
    splits = try section.boolean("split", default: true)
  }

  /// The scheme; older files only say `add_prefix_space`.
  private static func scheme(_ section: JSONSection) throws(TokenizerError) -> PrependScheme {
    let name = try section.optionalString("prepend_scheme")
    let addsSpace = try section.boolean("add_prefix_space", default: true)
    guard let scheme = PrependScheme(rawValue: name ?? "always") else {
      throw .invalid(
        key: section.path(of: "prepend_scheme"), value: name ?? "", reason: "no such scheme")
    }
    guard addsSpace || name == nil || scheme == .never else {
      throw .invalid(
        key: section.path(of: "prepend_scheme"), value: scheme.rawValue,
        reason: "add_prefix_space is false, which contradicts it")
    }
    return addsSpace ? scheme : .never
  }
}
