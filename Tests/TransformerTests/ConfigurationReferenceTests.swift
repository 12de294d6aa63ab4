import Checkpoints
import Foundation
import OrderedJSON
import TestSupport
import Testing
import Tokens
import Transformer

/// Every key of every configuration class of transformers, present, null and absent, and what
/// transformers computes then (`Tests/Python/make_configuration_reference.py`).
///
/// Keys that change nothing are among them: sampling and dropout, token ids, names, data types.
@Suite struct ConfigurationReferenceTests {
  /// Lines of the reference that have a member.
  static func lines(of name: String, with member: String) throws -> [JSONValue] {
    let path = Fixtures.path("transformer/configurations.jsonl")
    let text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    return try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }.filter {
      $0["model"]?.stringValue == name && $0[member] != nil
    }
  }

  /// A model's configuration with some keys changed or, where the value says so, removed.
  static func configuration(of checkpoint: Checkpoint, _ changes: JSONValue?) throws -> JSONValue {
    var object = try #require(checkpoint.configuration.objectValue)
    for member in try #require(changes?.objectValue).members {
      object[member.key] = member.value.stringValue == "(absent)" ? nil : member.value
    }
    return .object(object)
  }

  /// What transformers takes and we do not, by the key that the refusal names: other activations,
  /// masks and kinds of rotary scaling, and keys that transformers overlooks although they say
  /// something.
  private static let refused: Set<String> = [
    "hidden_act", "hidden_activation", "is_causal", "per_layer_config",
    "use_bidirectional_attention", "layer_types", "attn_logit_softcapping", "sliding_window",
    "partial_rotary_factor", "type", "rope_type", "rope_theta", "factor", "full_attention",
    "sliding_attention",
  ]

  /// What transformers stumbles over although its meaning is plain: an integer for a decimal, and
  /// null where the value is not needed.
  private static let plain: Set<String> = [
    #"{"rms_norm_eps":1}"#, #"{"head_dim":null}"#,
    #"{"sliding_window":null,"layer_types":["full_attention","full_attention"]}"#,
    #"{"sliding_window":null,"layer_types":["full_attention","full_attention","full_attention"]}"#,
    #"{"sliding_window":null,"layer_types":["full_attention","full_attention","full_attention","#
      + #""full_attention"]}"#,
  ]

  /// How often we agree on the loss, refuse what transformers does too, refuse alone, and take what
  /// transformers does not.
  private static let counts: [String: [Int]] = [
    "llama": [168, 96, 56, 1], "mistral-window8": [184, 91, 44, 2],
    "qwen2-bf16": [176, 116, 27, 2],
    "qwen3": [173, 120, 27, 1], "gemma2": [180, 117, 22, 2], "gemma3": [166, 82, 71, 2],
    "phi3": [154, 129, 36, 2],
  ]

  @Test(arguments: [
    "llama", "mistral-window8", "qwen2-bf16", "qwen3", "gemma2", "gemma3", "phi3",
  ])
  func everyKey(_ name: String) throws {
    let checkpoint = try Checkpoint(opening: Fixtures.path("models/\(name)"))
    let tokens = try #require(try Self.lines(of: name, with: "tokens").first?["tokens"]?.arrayValue)
      .compactMap(\.integerValue).map { Int32($0) }
    let sequence = Example(
      id: name, tokens: tokens, answerMask: tokens.indices.map { $0 >= tokens.count / 2 })
    var counts = [0, 0, 0, 0]
    for item in try Self.lines(of: name, with: "changes") where item["loss"] != nil {
      let changes = item["changes"]?.text() ?? ""
      do {
        let json = try Self.configuration(of: checkpoint, item["changes"])
        let model = try LanguageModel(
          configuration: try ModelConfiguration(parsing: json), source: checkpoint)
        let loss = try model.losses([sequence])[0]
        guard let expected = item["loss"]?.doubleValue else {
          #expect(Self.plain.contains(changes), "\(changes): \(loss), not refused")
          counts[3] += 1
          continue
        }
        // The largest difference found is 1.2e-6.
        #expect(abs(loss - expected) < 1e-5, "\(changes): \(loss), not \(expected)")
        counts[0] += 1
      } catch let error as ModelError {
        guard item["loss"]?.doubleValue != nil else {
          counts[1] += 1
          continue
        }
        counts[2] += 1
        guard case .unsupported(let key, _) = error,
          Self.refused.contains(key.split(separator: ".").last.map(String.init) ?? "")
        else {
          Issue.record("\(changes): \(error)")
          continue
        }
      }
    }
    #expect(counts == Self.counts[name])
  }

  /// Greedy continuations across the length at which rotary frequencies change are those of
  /// transformers for the prompt alone, however many tokens are asked for and whatever is generated
  /// beside them.
  @Test(arguments: ["phi3", "llama", "gemma3"])
  func generationAcrossTheOriginalContext(_ name: String) throws {
    let checkpoint = try Checkpoint(opening: Fixtures.path("models/\(name)"))
    let items = try Self.lines(of: name, with: "continuation")
    #expect(!items.isEmpty && items.count.isMultiple(of: 6))
    for start in stride(from: 0, to: items.count, by: 6) {
      let group = items[start..<(start + 6)]
      let json = try Self.configuration(of: checkpoint, items[start]["changes"])
      let model = try LanguageModel(
        configuration: try ModelConfiguration(parsing: json), source: checkpoint)
      func tokens(_ key: String) -> [[Int32]] {
        group.map { ($0[key]?.arrayValue ?? []).compactMap(\.integerValue).map { Int32($0) } }
      }
      let (prompts, expected) = (tokens("prompt"), tokens("continuation"))
      // A continuation ends early where two tokens are as likely, to rounding.
      #expect(expected.map(\.count).reduce(0, +) > 150)
      for (prompt, continuation) in try pairs(prompts, expected) {
        for count in [1, 7, 40] {
          let found = try model.generate(prompts: [prompt], maxNewTokens: count, stopTokens: [])[0]
          #expect(found.count == count)
          #expect(
            found.prefix(continuation.count) == continuation.prefix(count),
            "\(items[start]["changes"]?.text() ?? ""), \(prompt.count) + \(count)")
        }
      }
      for batchSize in [2, 64] {
        let found = try model.generate(
          prompts: prompts, maxNewTokens: 40, stopTokens: [], batchSize: batchSize)
        let sure = zip(found, expected).map { Array($0.prefix($1.count)) }
        #expect(sure == expected, "\(items[start]["changes"]?.text() ?? ""), by \(batchSize)")
      }
    }
  }
}
