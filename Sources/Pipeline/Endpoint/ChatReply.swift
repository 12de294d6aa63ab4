import OrderedJSON

/// What a server said: the first choice of a chat completion.
public struct ChatReply: Sendable, Equatable {
  /// Why a reply ended.
  public enum Finish: String, Sendable, Equatable {
    /// The model ended it: `stop`, and `eos_token`, `stop_sequence` of text-generation-inference.
    case stop
    /// A limit ended it: `length`.
    case length
    /// The server took it away or cut it off: `content_filter`.
    case contentFilter = "content_filter"
  }

  /// The text, without reasoning that the server sets apart.
  public var text: String
  /// What the model thought, where the server sets it apart: `reasoning_content` or `reasoning`.
  public var reasoning: String?
  /// Why there is no more.
  public var finish: Finish
  /// Tokens that the model wrote, as the server counts them: `usage.completion_tokens`.
  public var tokenCount: Int?

  /// Creates a reply.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - reasoning: What the model thought.
  ///   - finish: Why there is no more.
  ///   - tokenCount: Tokens that the model wrote.
  public init(text: String, reasoning: String? = nil, finish: Finish, tokenCount: Int? = nil) {
    self.text = text
    self.reasoning = reasoning
    self.finish = finish
    self.tokenCount = tokenCount
  }

  /// Why something is no chat completion.
  package struct Fault: Error {
    package let reason: String
  }

  /// Reads the body of a response.
  ///
  /// - Parameter bytes: JSON.
  /// - Throws: `Fault`.
  package init(parsing bytes: [UInt8]) throws(Fault) {
    let json: JSONValue
    do throws(JSONError) { json = try JSONValue(parsing: bytes) } catch {
      throw Fault(reason: error.description)
    }
    guard let choices = json["choices"]?.arrayValue else { throw Fault(reason: "no choices") }
    guard let choice = choices.first else { throw Fault(reason: "the choices are empty") }
    guard let message = choice["message"]?.objectValue else {
      throw Fault(reason: "the first choice has no message")
    }
    reasoning = ["reasoning_content", "reasoning"].lazy
      .compactMap { message[$0]?.stringValue }.first { !$0.isEmpty }
    text = try Self.text(of: message)
    finish = try Self.finish(of: choice)
    tokenCount = json["usage"]?["completion_tokens"]?.integerValue
  }

  private static func text(of message: JSONObject) throws(Fault) -> String {
    // What a model declines to fill a schema with stands here, and no content beside it.
    if let refusal = message["refusal"]?.stringValue, message["content"]?.stringValue ?? "" == "" {
      return refusal
    }
    switch message["content"] {
    case .string(let text)?: return text
    case .null?: return ""
    case .array(let parts)?:
      let texts = parts.map { $0["text"]?.stringValue }
      guard !texts.contains(nil) else { throw Fault(reason: "a part of the content is no text") }
      return texts.compactMap { $0 }.joined()
    case nil where message["reasoning_content"] != nil || message["reasoning"] != nil: return ""
    case nil: throw Fault(reason: "the message has no content")
    case let other?: throw Fault(reason: "the content is \(other.kind)")
    }
  }

  private static func finish(of choice: JSONValue) throws(Fault) -> Finish {
    guard let value = choice["finish_reason"], !value.isNull else { return .stop }
    switch value.stringValue {
    case "stop"?, "eos_token"?, "stop_sequence"?: return .stop
    case "length"?: return .length
    case "content_filter"?: return .contentFilter
    default: throw Fault(reason: "finish_reason is \(value.text()), which is not known here")
    }
  }
}

extension ChatReply {
  /// The members of a line of a log.
  var json: JSONObject {
    JSONObject([
      .init(key: "text", value: .string(text)),
      .init(key: "reasoning", value: JSONValue(reasoning)),
      .init(key: "finish", value: .string(finish.rawValue)),
      .init(key: "tokens", value: JSONValue(tokenCount)),
    ])
  }

  /// Reads a line of a log.
  init?(logged json: JSONValue) {
    guard let text = json["text"]?.stringValue,
      let finish = json["finish"]?.stringValue.flatMap(Finish.init)
    else { return nil }
    self.init(
      text: text, reasoning: json["reasoning"]?.stringValue, finish: finish,
      tokenCount: json["tokens"]?.integerValue)
  }
}
