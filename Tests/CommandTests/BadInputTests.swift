import Foundation
import OrderedJSON
import TestSupport
import Testing

/// What a user gets wrong on the way from a checkpoint to a recovered model: one line, the right
/// exit code, and nothing under the final name.
@Suite struct BadInputTests {
  private let scratch: TemporaryFolder

  init() throws { scratch = try TemporaryFolder() }

  private func expect(
    _ name: String, _ arguments: [String], status: Int32, says words: String...,
    environment: [String: String] = [:]
  ) throws {
    let outcome = try Executable(name: name, environment: environment).run(
      arguments + ["--output", scratch.file("out"), "--quiet"])
    #expect(outcome.status == status, "\(outcome.standardError)")
    #expect(outcome.errorLines.count == 1)
    for word in words { #expect(outcome.standardError.contains(word), "\(outcome.standardError)") }
    #expect(!FileManager.default.fileExists(atPath: scratch.file("out")))
  }

  private func examples(_ text: String) throws -> String {
    try scratch.write(text, to: "examples.jsonl")
  }

  private var good: String { #"{"input_ids": [1, 5, 7, 9], "labels": [-100, -100, 7, 9]}"# + "\n" }

  /// A copy of the tiny model whose file of a name is what `change` makes of it.
  private func model(changing file: String, _ change: (Data) throws -> Data) throws -> String {
    let folder = scratch.file("model")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for name in ["config.json", "model.safetensors"] {
      let data = try Data(contentsOf: URL(fileURLWithPath: Fixtures.llama + "/" + name))
      try (name == file ? change(data) : data).write(
        to: URL(fileURLWithPath: folder + "/" + name))
    }
    return folder
  }

  private func gradients(_ model: String, _ examples: String) -> [String] {
    ["--model", model, "--examples", examples]
  }

  @Test func truncatedSafetensors() throws {
    let model = try model(changing: "model.safetensors") { $0.dropLast(100) }
    try expect(
      "compute-gradients", gradients(model, try examples(good)), status: 65,
      says: "model.safetensors")
  }

  @Test func truncatedGGUF() throws {
    let source = Fixtures.path("checkpoints/tiny-llama/model.gguf")
    let whole = try Data(contentsOf: URL(fileURLWithPath: source))
    let path = scratch.file("short.gguf")
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: path))
    try expect(
      "compute-gradients", gradients(path, try examples(good)), status: 65, says: "short.gguf")
  }

  @Test func unknownArchitecture() throws {
    let model = try model(changing: "config.json") {
      Data(
        String(decoding: $0, as: UTF8.self).replacingOccurrences(of: "\"llama\"", with: "\"mamba\"")
          .utf8)
    }
    try expect(
      "compute-gradients", gradients(model, try examples(good)), status: 65,
      says: "unknown architecture 'mamba'", "llama")
  }

  @Test func weightThatIsNotANumber() throws {
    let model = try model(changing: "model.safetensors") { data in
      var data = data
      let nan = withUnsafeBytes(of: Float.nan.bitPattern.littleEndian) { Data($0) }
      data.replaceSubrange((data.count - 4)..<data.count, with: nan)
      return data
    }
    try expect(
      "compute-gradients", gradients(model, try examples(good)), status: 65,
      says: "is not finite at row")
  }

  @Test(arguments: [
    ("{\"messages\": [", "examples.jsonl:2:"), ("[1, 2]", "examples.jsonl:2:"),
    ("{\"text\": 1}", "examples.jsonl:2:"),
    (#"{"input_ids": [1, 2], "labels": [-100]}"#, "examples.jsonl:2:"),
    (#"{"input_ids": [1, 2], "labels": [-100, -100]}"#, "examples.jsonl:2:"),
    (#"{"input_ids": [1, 99999], "labels": [-100, 3]}"#, "99999"),
  ])
  func malformedLine(_ line: String, _ words: String) throws {
    try expect(
      "compute-gradients", gradients(Fixtures.llama, try examples(good + line + "\n")), status: 65,
      says: "examples.jsonl", words)
  }

  @Test func sequenceLongerThanTheContext() throws {
    let ids = (0..<9000).map { _ in "3" }.joined(separator: ",")
    let line = "{\"input_ids\": [\(ids)], \"labels\": [\(ids)]}\n"
    try expect(
      "compute-gradients", gradients(Fixtures.llama, try examples(line)), status: 65, says: "9000")
  }

  @Test func outputThatExists() throws {
    let path = try scratch.write("mine", to: "taken.h5")
    let outcome = try Executable(name: "compute-gradients").run(
      gradients(Fixtures.llama, try examples(good)) + ["--output", path, "--quiet"])
    #expect(outcome.status == 73)
    #expect(try scratch.text("taken.h5") == "mine")
  }

  @Test func spectraOfAnotherModel() throws {
    let file = try examples(good)
    for (name, arguments) in [
      ("compute-gradients", gradients(Fixtures.llama, file) + ["--output", scratch.file("g.h5")]),
      ("decompose-gradients", [scratch.file("g.h5"), "--output", scratch.file("s.h5")]),
    ] {
      #expect(try Executable(name: name).run(arguments + ["--quiet"]).status == 0)
    }
    let other = try model(changing: "model.safetensors") { data in
      var data = data
      data[data.count - 2] ^= 1
      return data
    }
    let recovery = ["--model", other, "--example", file, "--subspace", scratch.file("s.h5")]
    try expect("recover-safety", recovery, status: 65, says: "s.h5", "--allow-other-model")
    let allowed = try Executable(name: "recover-safety").run(
      recovery + ["--allow-other-model", "--steps", "1", "--output", scratch.file("r"), "--quiet"])
    #expect(allowed.status == 0)
  }

  /// A file size limit stands in for a full disk: writes fail half-way with the signal ignored.
  @Test func fullDisk() throws {
    let outcome = try Executable(name: "compute-gradients").runInShell(
      "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"",
      gradients(Fixtures.llama, try examples(good)) + [
        "--output", scratch.file("out"), "--quiet",
      ])
    #expect(outcome.status == 74, "\(outcome.standardError)")
    #expect(outcome.errorLines.count == 1)
    #expect(!FileManager.default.fileExists(atPath: scratch.file("out")))
  }
}
