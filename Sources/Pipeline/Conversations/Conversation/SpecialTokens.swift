import OrderedJSON
import Tokenization
import Tokens

/// The special tokens of a model by the names that templates know them by.
public struct SpecialTokens: Sendable {
  static let names = [
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
  ]

  /// The tokens that the model has, such as `bos_token`; a template sees no others.
  public private(set) var variables = JSONObject()

  /// The tokens that have a name in a tokenizer.
  init(_ tokenizer: Tokenizer) {
    for (name, token) in tokenizer.namedTokens { variables[name] = .string(token) }
  }

  /// Reads the ids in the metadata of a GGUF file.
  ///
  /// - Parameters:
  ///   - metadata: All keys and values of the file.
  ///   - token: The token of an id.
  init(ggufMetadata metadata: JSONObject, token: (TokenID) -> String?) {
    let keys = [
      "bos_token": "bos", "eos_token": "eos", "unk_token": "unknown", "sep_token": "seperator",
      "pad_token": "padding", "cls_token": "cls", "mask_token": "mask",
    ]
    for name in Self.names {
      guard let key = keys[name],
        let id = metadata["tokenizer.ggml.\(key)_token_id"]?.integerValue,
        let text = TokenID(exactly: id).flatMap(token)
      else { continue }
      variables[name] = .string(text)
    }
  }

  /// The text of one of them.
  subscript(name: String) -> String? { variables[name]?.stringValue }
}
