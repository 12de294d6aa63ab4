import Checkpoints
import Foundation
import LinearAlgebra
import OrderedJSON
import TestSupport
import Testing
import Transformer

/// Every setting of LoRA by itself, absent, null, odd or in use: the logits are PEFT's, or the setting is
/// refused by its name (`Tests/Python/make_adapter_settings.py`).
@Suite struct AdapterSettingsTests {
  /// One adapter with what PEFT makes of it.
  struct Case: CustomTestStringConvertible {
    let json: JSONValue

    var settings: JSONValue { json["settings"] ?? .null }
    var keys: [String] { json["changes"]?.objectValue?.members.map(\.key) ?? [] }
    var modules: [String] { json["modules"]?.arrayValue?.compactMap(\.stringValue) ?? [] }
    var logits: [Float]? {
      json["logits"]?.arrayValue?.compactMap { $0.doubleValue.map(Float.init) }
    }
    var testDescription: String { json["changes"]?.text() ?? "" }
  }

  private static let settings = Fixtures.path("transformer/adapter-settings")
  private static let document = try? Document.json(at: settings + "/settings.json")
  static let cases = document?["cases"]?.arrayValue?.map { Case(json: $0) } ?? []

  /// Settings that PEFT reads and we do not, by key or by key and value.
  private static let refused: Set<String> = [
    // Not in effect on this model, or not when an adapter is only read; elsewhere they are.
    #"{"velora_config":{}}"#, #"{"monteclora_config":{}}"#, #"{"kasa_config":{}}"#,
    #"{"lora_bias":true}"#, #"{"use_qalora":true}"#, #"{"init_lora_weights":"lora_ga"}"#,
    // Another computation.
    #"{"use_dora":true}"#, #"{"alora_invocation_tokens":[1,2]}"#, #"{"peft_type":"IA3"}"#,
    #"{"layer_replication":[[0,2],[1,2]]}"#, #"{"init_lora_weights":"olora"}"#,
    #"{"init_lora_weights":"pissa"}"#, #"{"init_lora_weights":"pissa_niter_4"}"#,
    // PEFT leaves tensors in the file unread.
    #"{"exclude_modules":["q_proj"]}"#, #"{"target_modules":null}"#,
  ]
  /// Settings on which PEFT fails and whose meaning is plain.
  private static let accepted: Set<String> = [
    #"{"rank_pattern":null}"#, #"{"alpha_pattern":null}"#, #"{"bias":null}"#,
  ]

  @Test func allCasesAreThere() { #expect(Self.cases.count > 100) }

  @Test(arguments: cases)
  func settingsMeanWhatTheyMeanToPEFT(_ example: Case) throws {
    let found = Result { try Self.logits(example) }
    let name = example.testDescription
    switch (found, example.logits) {
    case (.success(let found), let expected?):
      #expect(!Self.refused.contains(name))
      #expect(Self.difference(found, expected) < 2e-4)
    case (.failure(let error), _):
      #expect(Self.refused.contains(name) || example.logits == nil, "\(error)")
      #expect((error as? CheckpointError)?.kind == .badData)
      // A rank is named by the module that has another.
      let words = example.keys.contains { $0 == "r" || $0 == "rank_pattern" } ? ["rank"] : []
      let text = "\(error)"
      #expect((example.keys + words).contains { text.contains($0) }, "\(text)")
    case (.success(let found), nil):
      #expect(Self.accepted.contains(name), "read, which PEFT does not")
      #expect(Self.difference(found, try Self.logits(Self.cases[0])) < 1e-6)
    }
  }

  private static func difference(_ one: [Float], _ other: [Float]) -> Float {
    #expect(one.count == other.count)
    return zip(one, other).map { abs($0 - $1) }.max() ?? .nan
  }

  /// The first of the last logits with the adapter of a case.
  private static func logits(_ example: Case) throws -> [Float] {
    let folder = try TemporaryFolder()
    try write(example, to: folder)
    let base = try Checkpoint(opening: Fixtures.path("models/llama"))
    let checked = try CheckedConfiguration(of: base).configuration
    let adapter = try LoRAAdapter(reading: folder.path)
    try adapter.check(
      against: base, modules: checked.linearModules.map(\.checkpointName), path: folder.path)
    let model = try LanguageModel(
      configuration: checked,
      source: AdaptedTensors(base, adapters: [(path: folder.path, changes: adapter.modules)]))
    let tokens = document?["tokens"]?.arrayValue?.compactMap(\.integerValue) ?? []
    let logits = try model.logits(tokens.map { Int32($0) })
    return (0..<24).map { logits[logits.rows - 1, $0] }
  }

  /// Settings, and those pairs of the one file that the case has.
  private static func write(_ example: Case, to folder: TemporaryFolder) throws {
    let all = try SafetensorsFile(opening: Self.settings + "/adapter_model.safetensors").tensors
    let names = all.names.filter { name in
      example.modules.contains { name.hasPrefix("base_model.model.\($0).lora_") }
    }
    let writer = try SafetensorsWriter(
      creating: folder.file("adapter_model.safetensors"),
      tensors: names.compactMap { all[$0]?.descriptor })
    for name in names { try writer.write(all.matrix(named: name), to: name) }
    try writer.finish()
    try Data(example.settings.text().utf8).write(
      to: URL(filePath: folder.file("adapter_config.json")))
  }
}
