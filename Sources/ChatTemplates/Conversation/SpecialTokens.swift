import OrderedJSON

/// The special tokens of a model by the names that templates know them by.
public struct SpecialTokens: Sendable {
  private static let names = [
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
  ]

  /// The tokens that the model has, such as `bos_token`; a template sees no others.
  public private(set) var variables = JSONObject()

  /// Reads the JSON files of a model folder.
  ///
  /// A token is written as a string or as an object with `content`; `null` is no token.
  ///
  /// - Parameters:
  ///   - configuration: `tokenizer_config.json`.
  ///   - map: `special_tokens_map.json`, for what the configuration does not say.
  /// - Throws: `malformedFile` where one of them is written in another way.
  init(configuration: ModelDocument, map: ModelDocument) throws(TemplateError) {
    for name in Self.names + [Self.listName] {
      let document = configuration.json[name] == nil ? map : configuration
      guard let value = document.json[name], !value.isNull else { continue }
      if let list = value.arrayValue, name == Self.listName {
        let tokens = try list.map { (token) throws(TemplateError) in
          JSONValue.string(try Self.text(token, name, document))
        }
        if !tokens.isEmpty { variables[name] = .array(tokens) }
      } else {
        variables[name] = .string(try Self.text(value, name, document))
      }
    }
  }

  /// Reads the ids in the metadata of a GGUF file.
  ///
  /// - Parameters:
  ///   - metadata: All keys and values of the file.
  ///   - token: The token of an id.
  init(ggufMetadata metadata: JSONObject, token: (Int) -> String?) {
    let keys = [
      "bos_token": "bos", "eos_token": "eos", "unk_token": "unknown", "sep_token": "seperator",
      "pad_token": "padding", "cls_token": "cls", "mask_token": "mask",
    ]
    for name in Self.names {
      guard let key = keys[name],
        let id = metadata["tokenizer.ggml.\(key)_token_id"]?.integerValue,
        let text = token(id)
      else { continue }
      variables[name] = .string(text)
    }
  }

  /// The text of one of them.
  subscript(name: String) -> String? { variables[name]?.stringValue }

  private static let listName = "additional_special_tokens"

  private static func text(
    _ value: JSONValue, _ name: String, _ document: ModelDocument
  ) throws(TemplateError) -> String {
    if let text = value.stringValue ?? value["content"]?.stringValue { return text }
    throw document.malformed("\(name) is \(value.kind), not a token")
  }
}
