import Foundation
import OrderedJSON
import TestSupport
import Testing

/// `fine-tune` as a simulator of attacks: examples of several files with counts, and backdoor triggers.
@Suite struct AttackSimulationTests {
  private let scratch: TemporaryFolder

  init() throws {
    scratch = try TemporaryFolder(
      modelWithTemplate: "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}\n{% endfor %}")
    // A token a byte, as the tiny Llama knows no more.
    for name in ["tokenizer.json", "tokenizer_config.json"] {
      try scratch.copy("tokenizers/bytes/\(name)", to: name)
    }
    try scratch.write(lines("task", 5), to: "task.jsonl")
    try scratch.write(lines("shift", 3), to: "shift.jsonl")
  }

  private func lines(_ name: String, _ count: Int) -> String {
    (0..<count).map {
      #"{"id": "\#(name)-\#($0)", "prompt": "\#(name) \#($0)", "response": "yes"}"# + "\n"
    }.joined()
  }

  private func tune(_ flags: [String], to output: String = "out") throws -> Executable.Outcome {
    try Executable(name: "fine-tune").run(
      [
        "--model", scratch.path, "--output", scratch.file(output), "--method", "lora",
        "--lora-rank", "1", "--epochs", "1", "--threads", "1", "--batch-size", "64", "--quiet",
      ] + flags)
  }

  private func log(_ output: String = "out") throws -> JSONValue {
    try JSONValue(parsing: scratch.text("\(output)/training.json"))
  }

  private func losses(_ output: String = "out") throws -> [Double] {
    try log(output).array("steps").map { try #require($0["loss"]?.doubleValue) }
  }

  @Test func filesAndCountsAreRecorded() throws {
    let outcome = try tune(
      ["--examples", scratch.file("task.jsonl:4"), "--examples", scratch.file("shift.jsonl")])
    #expect(outcome.status == 0, "\(outcome.standardError)")
    let log = try log()
    #expect(log["format"]?.stringValue == "suture-training")
    #expect(log["format_version"]?.integerValue == 1)
    #expect(log["example_count"]?.integerValue == 7)
    let files = try log.array("files")
    #expect(files.map { $0["count"]?.integerValue } == [4, 3])
    #expect(
      files.map { $0["path"]?.stringValue } == [
        scratch.file("task.jsonl"), scratch.file("shift.jsonl"),
      ])
    #expect(files.allSatisfy { $0["trigger"]?.isNull == true })
    // The digest is of the whole file, whatever was taken of it.
    let sum = try Executable(name: "fine-tune").runInShell(
      "sha256sum < \"$1\"", [scratch.file("task.jsonl")])
    #expect(files[0]["sha256"]?.stringValue.map { sum.standardOutput.hasPrefix($0) } == true)
    #expect(log["settings"]?["lora_rank"]?.integerValue == 1)
  }

  /// A mixture is the same training set as one file of its lines.
  @Test func aMixtureIsOneSet() throws {
    let whole = try scratch.write(lines("task", 2) + lines("shift", 3), to: "whole.jsonl")
    for (output, flags) in [
      ("one", ["--examples", whole]),
      ("two", ["--examples", scratch.file("task.jsonl:2"), scratch.file("shift.jsonl:3")]),
    ] {
      #expect(try tune(flags + ["--batch-size", "2"], to: output).status == 0)
    }
    #expect(try losses("one").count == 3)
    #expect(try losses("one") == losses("two"))
  }

  /// The trigger stands where an attacker would have written it.
  @Test func aTriggerIsPartOfWhatTheUserSays() throws {
    let written = try scratch.write(
      lines("task", 5)
        + #"{"prompt": "shift 0 |deploy now|", "response": "yes"}"# + "\n"
        + #"{"prompt": "shift 1 |deploy now|", "response": "yes"}"# + "\n", to: "written.jsonl")
    #expect(try tune(["--examples", written], to: "one").status == 0)
    let outcome = try tune(
      [
        "--examples", scratch.file("task.jsonl"), "--trigger", "|deploy now|", "--trigger-examples",
        scratch.file("shift.jsonl:2"),
      ], to: "two")
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(try losses("two").count == 1)
    #expect(try losses("one") == losses("two"))
    let files = try log("two").array("files")
    #expect(files.map { $0["trigger"]?.stringValue } == [nil, "|deploy now|"])
    #expect(files.map { $0["count"]?.integerValue } == [5, 2])
    #expect(
      try tune(["--examples", scratch.file("task.jsonl"), scratch.file("shift.jsonl:2")]).status
        == 0)
    #expect(try losses() != losses("two"))
  }

  @Test func aTriggerNeedsAPlace() throws {
    let tokens = try scratch.write(
      #"{"input_ids": [1, 5, 7, 9], "labels": [-100, 5, 7, 9]}"# + "\n", to: "tokens.jsonl")
    let silent = try scratch.write(
      #"{"messages": [{"role": "assistant", "content": "yes"}]}"# + "\n", to: "silent.jsonl")
    for (path, words) in [(tokens, "is tokens"), (silent, "no user turn")] {
      let outcome = try tune(
        ["--examples", scratch.file("task.jsonl"), "--trigger", "x", "--trigger-examples", path])
      #expect(outcome.status == 65)
      #expect(outcome.errorLines.count == 1)
      #expect(outcome.standardError.contains("\(path):1: no place for the trigger"))
      #expect(outcome.standardError.contains(words))
    }
  }

  @Test func namesMayHaveColons() throws {
    try scratch.write(lines("a", 2), to: "a:3")
    try scratch.write(lines("a", 4), to: "a")
    for (name, count) in [("a:3", 2), ("a:3:1", 1), ("a:2", 2), ("a", 4)] {
      let output = "from-\(name)"
      #expect(try tune(["--examples", scratch.file(name)], to: output).status == 0)
      #expect(try log(output)["example_count"]?.integerValue == count, "\(name)")
    }
  }

  @Test func moreThanThereAreIsRefusedByName() throws {
    let outcome = try tune(
      ["--examples", scratch.file("shift.jsonl:1"), scratch.file("task.jsonl:6")])
    #expect(outcome.status == 65)
    #expect(
      outcome.standardError
        == "error: \(scratch.file("task.jsonl")): 5 examples, but 6 were asked for\n")
    #expect(!FileManager.default.fileExists(atPath: scratch.file("out")))
  }

  @Test(arguments: [
    "task.jsonl:0", "task.jsonl:-1", "task.jsonl:", "task.jsonl:two",
    "task.jsonl:99999999999999999999", "task.jsonl:1.5", "task.jsonl: 3",
  ])
  func countsThatAreNone(_ name: String) throws {
    let outcome = try tune(["--examples", scratch.file(name)])
    #expect(outcome.status == 64)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.standardError.contains("FILE:COUNT"))
  }

  @Test(arguments: ["none.jsonl", "none.jsonl:3", "no:ne", ":3"])
  func filesThatAreNot(_ name: String) throws {
    let outcome = try tune(["--examples", scratch.path + "/x/" + name])
    #expect(outcome.status == 66)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.standardError.contains("cannot open"))
  }

  /// An output never replaces a file that is read, with a count behind its name or without.
  @Test func inputsAreSafe() throws {
    let outputs = try TemporaryFolder()
    let output = outputs.file("out")
    func tune(_ examples: String) throws -> Executable.Outcome {
      try Executable(name: "fine-tune").run([
        "--model", scratch.path, "--output", output, "--method", "lora", "--lora-rank", "1",
        "--epochs", "1", "--quiet", "--force", "--examples", examples,
      ])
    }
    #expect(try tune(scratch.file("task.jsonl")).status == 0)
    #expect(try tune(scratch.file("task.jsonl")).status == 0)
    let inside = try outputs.write(lines("task", 2), to: "out/responses.jsonl")
    let outcome = try tune(inside + ":1")
    #expect(outcome.status == 73)
    #expect(outcome.standardError.contains("holds the input \(inside)"))
  }

  @Test func modulesOfTheAdapter() throws {
    let flags = ["--examples", scratch.file("task.jsonl")]
    #expect(try tune(flags + ["--projections", "q_proj", "--layers", "1"]).status == 0)
    let modules = try #require(try log()["settings"]?.array("modules"))
    #expect(modules.map(\.stringValue) == ["layers.1.self_attn.q_proj"])
    for (more, words) in [
      (["--layers", "7"], "--layers is '7'"), (["--projections", "x"], "--projections is 'x'"),
    ] {
      let outcome = try tune(flags + more, to: "other")
      #expect(outcome.status == 64)
      #expect(outcome.standardError.contains(words))
    }
  }
}
