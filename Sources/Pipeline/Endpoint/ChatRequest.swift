import Files
import OrderedJSON

/// How a server writes its replies, as far as we say.
public struct ChatSettings: Sendable {
  /// Tokens of a reply at most, those of the reasoning included.
  public var maxTokens: Int
  /// Of the random numbers; at temperature 0 there should be none.
  public var seed: Int
  /// Variables for the chat template of the server (`chat_template_kwargs` of vLLM and llama.cpp).
  public var templateArguments: JSONObject

  /// Creates settings of greedy replies.
  ///
  /// - Parameters:
  ///   - maxTokens: Tokens of a reply at most.
  ///   - seed: Of the random numbers.
  ///   - templateArguments: Variables for the chat template of the server; not sent where there are none.
  public init(maxTokens: Int, seed: Int, templateArguments: JSONObject = JSONObject()) {
    self.maxTokens = maxTokens
    self.seed = seed
    self.templateArguments = templateArguments
  }

  /// The members of a request that hold them.
  public var json: JSONObject {
    var object = JSONObject([
      .init(key: "temperature", value: 0), .init(key: "max_tokens", value: .integer(maxTokens)),
      .init(key: "seed", value: .integer(seed)),
    ])
    if !templateArguments.members.isEmpty {
      object["chat_template_kwargs"] = .object(templateArguments)
    }
    return object
  }
}

/// One question to a server: the body of a `POST /v1/chat/completions`.
public struct ChatRequest: Sendable {
  /// The body as JSON.
  let body: [UInt8]
  /// Hex SHA-256 of the body: model, messages and settings.
  public let key: String

  /// Creates a request.
  ///
  /// - Parameters:
  ///   - model: The name of the model at the server.
  ///   - messages: The conversation.
  ///   - settings: How the reply is written.
  public init(model: String, messages: [JSONValue], settings: ChatSettings) {
    let head: [JSONObject.Member] = [
      .init(key: "model", value: .string(model)), .init(key: "messages", value: .array(messages)),
    ]
    let text = JSONValue.object(JSONObject(head + settings.json.members)).text()
    body = Array(text.utf8)
    key = Digest.sha256(body)
  }
}
