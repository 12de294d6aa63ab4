import OrderedJSON

extension RecordReader {
  /// Members that change what would be learnt, and why they cannot be followed.
  private static let unsupported: [(keys: [String], reason: String)] = [
    (
      ["chosen", "rejected", "preferred_output", "non_preferred_output"],
      "a pair of preferences has no single answer"
    ),
    (["kto_tag"], "a judged answer is none to be learnt"),
    (["images", "image", "videos", "video", "audios", "audio"], "only text can be read"),
    (["functions", "function_call"], "functions are given as tools"),
    (
      ["documents", "chat_template", "chat_template_kwargs"],
      "the template and its variables are the model's"
    ),
    (["segments"], "a list of texts with and without loss is not a conversation"),
    (["weight", "sample_weight", "loss_weight"], "examples are not weighted"),
    (
      ["train_on_input", "train_on_inputs", "train_on_prompt", "mask_history"],
      "only the last answer carries loss"
    ),
  ]

  /// Their names; where they say nothing, nothing is missed.
  static let unsupportedKeys = Set(unsupported.flatMap(\.keys))

  /// Refuses members that change what would be learnt; null, empty and false ones say nothing.
  ///
  /// - Throws: `unsupported`.
  func refuseUnsupported() throws(ExampleError) {
    for (keys, reason) in Self.unsupported {
      for key in keys where asksForSomething(key) {
        throw error(.unsupported(key: key, reason: reason))
      }
    }
    if case .bool? = object["label"], has("prompt") {
      throw error(.unsupported(key: "label", reason: "a judged answer is none to be learnt"))
    }
    for key in ["messages", "conversations", "completion"] {
      guard let messages = object[key]?.arrayValue else { continue }
      try refuseOtherLoss(in: messages, key)
    }
  }

  private func asksForSomething(_ key: String) -> Bool {
    switch object[key] {
    case nil, .null, .bool(false), .string(""): false
    case .array(let elements): !elements.isEmpty
    case .object(let object): !object.members.isEmpty
    case let number? where number.doubleValue == 1: false
    default: true
    }
  }

  /// Flags that give a turn loss, or take it away, agree with ours or are refused: of a conversation
  /// only the last assistant turn carries loss.
  private func refuseOtherLoss(in messages: [JSONValue], _ name: String) throws(ExampleError) {
    func isAnswer(_ message: JSONValue) -> Bool {
      let role = message["role"]?.stringValue ?? message["from"]?.stringValue ?? ""
      return ["assistant", "gpt", "chatgpt", "model", "bot"].contains(role)
    }
    let last = messages.lastIndex(where: isAnswer)
    for (index, message) in messages.enumerated() {
      for key in ["weight", "train", "training"] {
        guard let value = message[key], !value.isNull else { continue }
        let flag =
          value.boolValue ?? value.doubleValue.flatMap { $0 == 0 ? false : $0 == 1 ? true : nil }
        guard flag == (index == last) else {
          throw error(
            .unsupported(
              key: "\(name)[\(index)].\(key)",
              reason: "the last assistant turn carries loss, and no other"))
        }
      }
    }
  }
}
