import Checkpoints
import CommandSupport
import Conversations
import Failures
import Files
import LinearAlgebra
import OrderedJSON
import Tokenization
import Transformer

/// The facts in the order in which they are shown.
extension ModelSummary {
  /// All facts; what is not known is left out.
  var json: JSONObject {
    var json = JSONObject()
    json["path"] = .string(path)
    if let configuration { describe(configuration, in: &json) }
    if !elementCounts.isEmpty {
      json["parameters"] = .integer(elementCounts.reduce(0) { $0 + $1.count })
      json["element_types"] = .object(
        JSONObject(
          elementCounts.map { JSONObject.Member(key: $0.type.rawValue, value: .integer($0.count)) })
      )
    }
    if let encoder {
      json["tokenizer"] = .string(encoder.tokenizer.kind.rawValue)
      json["tokenizer_size"] = .integer(encoder.tokenizer.vocabularySize)
      json["tokenizer_sha256"] = .string(Digest.sha256(encoder.tokenizerDefinition))
      json["special_tokens"] = .object(encoder.specialTokens.variables)
    }
    if let template {
      json["chat_template"] = .string(template.origin)
      json["chat_template_sha256"] = .string(template.fingerprint(templateArguments))
    }
    if !templateArguments.isEmpty {
      json["template_arguments"] = .object(templateArguments.variables)
    }
    if templateNames.count > 1 {
      json["chat_templates"] = .array(templateNames.map { .string($0) })
    }
    if let configuration { json["gradient_pass"] = gradientPass(of: configuration) }
    if !notes.isEmpty { json["notes"] = .array(notes.map { .string($0) }) }
    json["unsupported"] = .array(
      problems.filter(\.isUnsupported).map { .string($0.description) })
    let faults = problems.filter { !$0.isUnsupported }
    if !faults.isEmpty { json["faults"] = .array(faults.map { .string($0.description) }) }
    return json
  }

  /// The same, a line a fact.
  var text: String {
    json.members.map { member in
      let name = member.key.split(separator: "_").joined(separator: " ")
      guard let list = member.value.arrayValue else {
        return "\(name): \(member.value.stringValue ?? member.value.text())\n"
      }
      if list.isEmpty { return "\(name): nothing\n" }
      return list.map { "\(name): \($0.stringValue ?? $0.text())\n" }.joined()
    }.joined()
  }

  private func describe(_ configuration: ModelConfiguration, in json: inout JSONObject) {
    json["architecture"] = .string(configuration.architecture)
    json["layers"] = .integer(configuration.layerCount)
    json["hidden_size"] = .integer(configuration.hiddenSize)
    json["intermediate_size"] = .integer(configuration.intermediateSize)
    json["heads"] = .integer(configuration.headCount)
    json["key_value_heads"] = .integer(configuration.keyValueHeadCount)
    json["head_dimension"] = .integer(configuration.headDimension)
    json["vocabulary_size"] = .integer(configuration.vocabularySize)
    json["context_length"] = .integer(configuration.contextLength)
    let windows = configuration.layers.compactMap(\.slidingWindow)
    if let window = windows.first {
      json["sliding_window"] = .integer(window)
      json["layers_with_window"] = .integer(windows.count)
    }
    json["linear_modules"] = .object(
      JSONObject(
        configuration.linearModules(ofLayer: 0).map { module in
          JSONObject.Member(
            key: "\(module.block).\(module.projection)",
            value: [.integer(module.outFeatures), .integer(module.inFeatures)])
        }))
  }

  /// What the gradients of so many tokens take: the time of their products at the rate of this machine,
  /// and memory, with everything in it and with the weights streamed.
  private func gradientPass(of configuration: ModelConfiguration) -> JSONValue {
    let rate = ProductRate.measured(size: 1024, repeats: 3)
    // A short answer: a quarter of the tokens, as in the benchmark.
    let answerTokens = max(1, tokens / 4)
    let operations = configuration.gradientPassOperations(
      tokenCount: tokens, answerTokenCount: answerTokens)
    let seconds = operations / rate
    return [
      "tokens": .integer(tokens), "answer_tokens": .integer(answerTokens),
      "seconds": .number((seconds * 1e4).rounded() / 1e4),
      "sgemm_gflops": .number((rate / 1e8).rounded() / 10),
      "resident_bytes": .integer(configuration.gradientMemory(tokens: tokens, streamed: false)),
      "streamed_bytes": .integer(configuration.gradientMemory(tokens: tokens, streamed: true)),
    ]
  }
}

extension ModelConfiguration {
  /// The most memory that the gradients of so many tokens take, in bytes; streamed means that
  /// activations are computed again as well.
  fileprivate func gradientMemory(tokens: Int, streamed: Bool) -> Int {
    let plan =
      streamed
      ? MemoryPlan(
        weights: .streamed, recomputesActivations: true, tokensPerPass: tokens)
      : .unlimited
    return MemoryEstimate(self).peak(plan, [.gradients([tokens])]).bytes
  }
}
