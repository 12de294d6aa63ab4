import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Checkpoints as people meet them, whose files do not agree with each other: what transformers and
/// PEFT make of them (losses made with transformers 5.23 and peft 0.21), or a refusal by name.
@Suite struct CheckpointTests {
  private let scratch: TemporaryFolder

  init() throws { scratch = try TemporaryFolder() }

  private static func folder(_ name: String) -> String {
    Fixtures.path("commands/checkpoints/" + name)
  }
  private static let examples = folder("ids.jsonl")

  private func run(_ model: String, _ adapter: String? = nil) throws -> Executable.Outcome {
    try Executable(name: "compute-gradients").run(
      [
        "--model", model, "--examples", Self.examples, "--output", scratch.file("g.h5"), "--json",
        "--force",
      ]
        + (adapter.map { ["--adapter", $0] } ?? []))
  }

  /// Losses in float32 differ from the references by up to 1e-6.
  private func expectLoss(
    _ loss: Double, _ outcome: Executable.Outcome, at location: SourceLocation = #_sourceLocation
  ) throws {
    #expect(outcome.status == 0, "\(outcome.standardError)", sourceLocation: location)
    let result = try JSONValue(parsing: Array(outcome.standardOutput.utf8))
    let found = try #require(result["losses"]?.arrayValue?.first?.doubleValue)
    #expect(abs(found - loss) < 2e-5, "\(found)", sourceLocation: location)
  }

  private func expectRefusal(
    _ outcome: Executable.Outcome, _ status: Int32 = 65, says words: String...,
    at location: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.status == status, "\(outcome.standardError)", sourceLocation: location)
    for word in words {
      #expect(
        outcome.standardError.contains(word), "\(outcome.standardError)", sourceLocation: location)
    }
  }

  /// A copy of a model with other members in its configuration.
  private func copy(
    of model: String, changing members: [String: JSONValue?] = [:]
  ) throws -> String {
    let target = scratch.file("copy-" + model)
    try? FileManager.default.removeItem(atPath: target)
    try FileManager.default.copyItem(atPath: Self.folder(model), toPath: target)
    let path = target + "/config.json"
    let json = try JSONValue(parsing: Array(Data(contentsOf: URL(fileURLWithPath: path))))
    var config = try #require(json.objectValue)
    for (key, value) in members { config[key] = value }
    try Data(JSONValue.object(config).text().utf8).write(to: URL(fileURLWithPath: path))
    return target
  }

  /// Changes the header of a safetensors file without changing its data.
  private func editHeader(_ path: String, _ edit: (inout JSONObject) -> Void) throws {
    let url = URL(fileURLWithPath: path)
    let data = try Data(contentsOf: url)
    let length = Int(data.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) })
    let json = try JSONValue(parsing: Array(data[8..<(8 + length)]))
    var header = try #require(json.objectValue)
    edit(&header)
    let text = Array(JSONValue.object(header).text().utf8)
    let count = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) }
    try Data(count + text + data[(8 + length)...]).write(to: url)
  }

  // MARK: Documents

  @Test func namedTemplatesComeAlongAndAreReplaced() throws {
    let model = try copy(of: "base", changing: [:])
    let templates = model + "/additional_chat_templates"
    try FileManager.default.createDirectory(
      atPath: templates, withIntermediateDirectories: false)
    try Data("R{{ messages[0].content }}".utf8).write(
      to: URL(fileURLWithPath: templates + "/rag.jinja"))
    for flags in [[], ["--force"]] {
      let trained = try Executable(name: "fine-tune").run(
        [
          "--model", model, "--examples", Self.examples, "--output", scratch.file("merged"),
          "--method", "full", "--epochs", "1", "--quiet",
        ] + flags)
      #expect(trained.status == 0, "\(trained.standardError)")
      #expect(
        try scratch.text("merged/additional_chat_templates/rag.jinja")
          == "R{{ messages[0].content }}")
    }
  }

  // MARK: Tied tables

  @Test func aHeadOfItsOwnIsKept() throws {
    let model = Self.folder("tied-other-head")
    let outcome = try run(model)
    try expectLoss(5.830723, outcome)
    #expect(outcome.standardError.contains("note: "), "\(outcome.standardError)")
    #expect(outcome.standardError.contains("'lm_head.weight'"))
    let trained = try Executable(name: "fine-tune").run([
      "--model", model, "--examples", Self.examples, "--output", scratch.file("merged"), "--method",
      "full", "--learning-rate", "1e-12", "--epochs", "1", "--quiet",
    ])
    #expect(trained.status == 0, "\(trained.standardError)")
    let saved = try run(scratch.file("merged"))
    try expectLoss(5.830723, saved)
    #expect(!saved.standardError.contains("note:"), "\(saved.standardError)")
  }

  @Test func tablesOfWhichOnlyOneIsThere() throws {
    let model = try copy(of: "base", changing: ["tie_word_embeddings": true])
    let weights = model + "/model.safetensors"
    // What the head has becomes both tables, whichever of the two names it has.
    try editHeader(weights) { $0.rename("model.embed_tokens.weight", to: "unread") }
    let byHead = try run(model)
    #expect(byHead.errorLines.contains { $0.contains("note: ") && $0.contains("'unread'") })
    try editHeader(weights) { $0.rename("lm_head.weight", to: "model.embed_tokens.weight") }
    let byEmbedding = try run(model)
    #expect(byHead.status == 0 && byHead.standardOutput == byEmbedding.standardOutput)
  }

  // MARK: Names

  @Test func aBareModelLeavesOutThePrefix() throws {
    let model = try copy(of: "base")
    let whole = try run(model)
    try editHeader(model + "/model.safetensors") { header in
      for name in header.members.map(\.key) where name.hasPrefix("model.") {
        header.rename(name, to: String(name.dropFirst("model.".count)))
      }
    }
    let bare = try run(model)
    #expect(bare.status == 0 && bare.standardOutput == whole.standardOutput)
    #expect(!bare.standardError.contains("note:"))
  }

  // MARK: Quantisation and types

  @Test func aQuantizationThatWasLeftBehind() throws {
    let outcome = try run(Self.folder("stale-quantization"))
    #expect(outcome.status == 0, "\(outcome.standardError)")
    let plain = try run(
      copy(of: "stale-quantization", changing: ["quantization_config": nil]))
    #expect(outcome.standardOutput == plain.standardOutput)
    #expect(outcome.standardError.contains("note: "))
    #expect(outcome.standardError.contains("bitsandbytes"))
    #expect(!plain.standardError.contains("note: "))
  }

  @Test(arguments: ["weight_scale", "SCB", "qweight"])
  func aQuantizationThatIsThere(_ part: String) throws {
    let model = try copy(of: "stale-quantization")
    try editHeader(model + "/model.safetensors") { header in
      header["model.layers.0.mlp.up_proj.\(part)"] = [
        "dtype": "F32", "shape": [0], "data_offsets": [0, 0],
      ]
    }
    expectRefusal(try run(model), says: "quantization_config", "bitsandbytes")
  }

  @Test(arguments: ["F8_E4M3", "I8", "I4"])
  func aTypeOnlyMattersWhereItIsNeeded(_ type: String) throws {
    let model = try copy(of: "base")
    let weights = model + "/model.safetensors"
    try editHeader(weights) {
      $0["extra"] = ["dtype": .string(type), "shape": [0], "data_offsets": [0, 0]]
    }
    let outcome = try run(model)
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(outcome.standardError.contains("'extra'"))
    try editHeader(weights) { header in
      guard let norm = header["model.norm.weight"], var entry = norm.objectValue else { return }
      entry["dtype"] = .string(type)
      // Four floats are sixteen elements of a byte.
      entry["shape"] = [16]
      header["model.norm.weight"] = .object(entry)
    }
    expectRefusal(try run(model), says: "model.norm.weight")
  }

  // MARK: Adapters

  @Test func anAdapterWithTheTablesOfItsBase() throws {
    let base = Self.folder("base")
    for name in ["adapter-embeddings", "adapter-exclude"] {
      try expectLoss(5.823091, try run(base, Self.folder(name)))
    }
    let other = try copy(of: "base")
    try editHeader(other + "/model.safetensors") { header in
      header.rename("lm_head.weight", to: "head")
      header.rename("model.embed_tokens.weight", to: "lm_head.weight")
      header.rename("head", to: "model.embed_tokens.weight")
    }
    expectRefusal(
      try run(other, Self.folder("adapter-embeddings")), says: "lm_head.weight",
      "trained embeddings are not supported")
  }

  // MARK: What is no model

  @Test func whatIsNoModelAndWhatIsNotThere() throws {
    let empty = scratch.file("empty")
    try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
    let text = try scratch.write("hello", to: "notes.txt")
    let pickle = try scratch.write("PK", to: "pytorch_model.bin")
    let unnamed = scratch.file("unnamed")
    try FileManager.default.copyItem(atPath: Self.folder("base"), toPath: unnamed)
    try FileManager.default.removeItem(atPath: unnamed + "/config.json")
    for (path, status, words) in [
      (scratch.file("nowhere"), 66, "no such file, folder or model"), (empty, 65, "no model"),
      (text, 65, "neither a GGUF file nor a model folder"), (pickle, 65, "pickled"),
      (unnamed, 65, "config.json"), (scratch.file("nowhere/../x"), 66, "no such file"),
      (Self.folder("base") + "/model.safetensors", 65, "safetensors"),
    ] as [(String, Int32, String)] {
      let outcome = try Executable(name: "inspect-model").run(["--model", path])
      expectRefusal(outcome, status, says: words)
    }
  }

  @Test func pointersOfGitLFS() throws {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n"
    for file in ["model.safetensors", "config.json", "tokenizer.json"] {
      let model = try copy(of: "base")
      try Data(pointer.utf8).write(to: URL(fileURLWithPath: model + "/" + file))
      let outcome =
        file == "tokenizer.json"
        ? try Executable(name: "inspect-model").run(["--model", model]) : try run(model)
      expectRefusal(outcome, 66, says: file, "Git LFS pointer")
    }
    let path = try scratch.write(pointer, to: "model.gguf")
    expectRefusal(try run(path), 66, says: "model.gguf", "Git LFS pointer")
    let examples = try scratch.write(pointer, to: "e.jsonl")
    let outcome = try Executable(name: "compute-gradients").run([
      "--model", Self.folder("base"), "--examples", examples, "--output", scratch.file("e.h5"),
    ])
    expectRefusal(outcome, 66, says: "e.jsonl", "Git LFS pointer")
  }

  // MARK: Tokenizers in GGUF files

  @Test func theSplittingOfALlama3FileThatNamesNone() throws {
    let texts = try scratch.write("{\"text\": \"1234 I'LL\"}\n", to: "t.jsonl")
    let ids = try ["llama-bpe.gguf", "no-pre.gguf"].map { file in
      let outcome = try Executable(name: "inspect-model").run([
        "--model", Self.folder(file), "--tokenize", texts,
      ])
      #expect(outcome.status == 0, "\(outcome.standardError)")
      return outcome.standardOutput
    }
    #expect(ids[0] == ids[1])
  }
}

extension JSONObject {
  /// Gives a member another key, in place of any other member of that key.
  fileprivate mutating func rename(_ key: String, to other: String) {
    let value = self[key]
    self[key] = nil
    self[other] = value
  }
}
