import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Sweeps over a tiny model with the tools themselves.
@Suite struct SweepCommandTests {
  let scratch: TemporaryFolder
  let model: TemporaryFolder

  init() throws {
    scratch = try TemporaryFolder()
    model = try TemporaryFolder(
      modelWithTemplate: "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}\n{% endfor %}")
    // A token a byte, as the tiny Llama knows no more.
    for name in ["tokenizer.json", "tokenizer_config.json"] {
      try model.copy("tokenizers/bytes/\(name)", to: name)
    }
    let examples = (0..<4).map {
      "{\"prompt\": \"Question \($0)?\", \"response\": \"Answer \($0), which is longer.\"}\n"
    }
    try scratch.write(examples.joined(), to: "examples.jsonl")
    try scratch.write("{\"prompt\": \"one\"}\n{\"prompt\": \"two\"}\n", to: "prompts.jsonl")
    try scratch.write("three\nfour\nfive\n", to: "other.txt")
  }

  private func sweep(_ changes: [String: String] = [:]) throws -> String {
    var text = """
      name: tiny
      models:
        tiny: {model: \(model.path)}
      attacks:
        lora: {examples: "examples.jsonl:3", method: lora, lora-rank: 2, epochs: 1}
      spectra: {examples: examples.jsonl, rank: 4, limit: 2}
      recoveries:
        - {example: examples.jsonl, index: 1, subspace: [own, spectra], rank: 2, steps: 2, save-steps: [1]}
        - {example: examples.jsonl, index: 1, subspace: full, steps: 1, learning-rate: 1e-5}
      evaluation: {harmful: [prompts.jsonl], benign: [other.txt], utility: [examples.jsonl], max-new-tokens: 3}

      """
    for (part, change) in changes {
      #expect(text.contains(part))
      text = text.replacing(part, with: change)
    }
    return try scratch.write(text, to: "sweep.yaml")
  }

  private func run(_ arguments: [String]) throws -> Executable.Outcome {
    try Executable(name: "sweep-ranks").run(
      arguments + ["--output", scratch.file("out")], limit: 240)
  }

  @Test(.timeLimit(.minutes(5))) func everyStage() throws {
    let outcome = try run([try sweep(), "--jobs", "2", "--threads", "2"])
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(
      outcome.standardOutput == """
        attack: 1 of 1 cell done, 0 running, 0 failed, 0 missing
        spectra: 1 of 1 cell done, 0 running, 0 failed, 0 missing
        recovery: 3 of 3 cells done, 0 running, 0 failed, 0 missing
        evaluation: 7 of 7 cells done, 0 running, 0 failed, 0 missing

        """)
    let rows = try scratch.text("out/results.csv").split(separator: "\n").map(String.init)
    for start in [
      "tiny,none,0,,,,,,examples,,mean_nll,", "tiny,lora,0,,,,,,prompts,,",
      "tiny,lora,0,\"own,step", "tiny,lora,0,\"spectra,",
    ] {
      #expect(rows.contains { $0.hasPrefix(start) }, "\(start)")
    }
    try expectCommandsMakeTheSame()
  }

  /// A recovery by hand, as its record says, gives the same weights.
  private func expectCommandsMakeTheSame() throws {
    for identity in try scratch.contents(of: "out/cells/recovery") {
      let cell = "out/cells/recovery/\(identity)"
      let record = try JSONValue(parsing: try scratch.text("\(cell)/cell.json"))
      let command = try #require(record["command"]?.stringValue)
      let folder = try scratch.makeFolder("by-hand/\(identity)")
      let outcome = try Executable(name: "recover-safety").runInShell(
        "cd '\(folder)' && \(command)")
      #expect(outcome.status == 0, "\(outcome.standardError)")
      for name in ["adapter_model.safetensors", "model.safetensors"] {
        let made = try? Data(contentsOf: URL(filePath: scratch.file("\(cell)/output/\(name)")))
        #expect(made == (try? Data(contentsOf: URL(filePath: "\(folder)/output/\(name)"))))
      }
    }
  }

  /// What the tools themselves say of a value comes with its line, before anything runs.
  @Test(arguments: [
    (
      "rank: 2, steps", "rank: [2, two], steps",
      "sweep.yaml:8:77: recover-safety: the value 'two' is invalid for '--rank"
    ),
    ("epochs: 1", "epochs: 0", "sweep.yaml:5:76: fine-tune: --epochs is '0', allowed: "),
    (
      "method: lora", "method: lore",
      "sweep.yaml:5:48: fine-tune: the value 'lore' is invalid for '--method"
    ),
    (
      "save-steps: [1]", "save-steps: [1, 9]",
      "recover-safety: --save-steps names step 9, but --steps is 2"
    ),
    (
      "learning-rate: 1e-5", "step-size: 0.1",
      "sweep.yaml:9:78: recover-safety: --step-size is a length over"
    ),
    (
      "max-new-tokens: 3", "max-new-tokens: -3",
      "evaluate-safety: --max-new-tokens is '-3', allowed:"
    ),
    (
      "rank: 4, limit", "control: [nonsense], limit",
      "sweep.yaml:6:46: compute-gradients: the value 'nonsense'"
    ),
    ("steps: 2", "stepz: 2", "unknown key 'stepz' of recoveries[0]; did you mean 'steps'?"),
  ]) func refusedByTheTool(_ part: String, _ change: String, _ message: String) throws {
    let outcome = try run([try sweep([part: change])])
    #expect(outcome.status == 65)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.standardError.contains(message), "\(outcome.standardError)")
    #expect(!FileManager.default.fileExists(atPath: scratch.file("out")))
  }

  @Test func missingModel() throws {
    let outcome = try run([try sweep(["{model: \(model.path)}": "{model: nowhere/model.gguf}"])])
    #expect(outcome.status == 66)
    #expect(outcome.standardError.contains("sweep.yaml:3:17: 'model': "))
    let missing = try run([scratch.file("none.yaml")])
    #expect(missing.status == 66)
    #expect(missing.standardError.hasSuffix("none.yaml: no such file or folder\n"))
  }

  /// The example of the README, over a tiny model in place of the one that it names.
  @Test func exampleOfTheReadme() throws {
    let root = URL(filePath: Fixtures.path("")).deletingLastPathComponent()
      .deletingLastPathComponent()
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let section = try #require(readme.ranges(of: "## Sweeps").first)
    let parts = readme[section.upperBound...].split(separator: "```", maxSplits: 4)
    let yaml = try #require(parts.count == 5 ? parts[1] : nil)
    #expect(yaml.hasPrefix("yaml\n"))
    try scratch.write(String(yaml.dropFirst(5)), to: "ranks.yaml")
    try scratch.write("[placeholder]\n", to: "downloads/prompts/do-not-answer-heldout.jsonl")
    let files = FileManager.default
    _ = try scratch.makeFolder("downloads/models")
    try files.createSymbolicLink(
      atPath: scratch.file("downloads/models/SmolLM2-135M-Instruct.Q4_1.gguf"),
      withDestinationPath: model.path)
    try files.createSymbolicLink(
      atPath: scratch.file("experiments"),
      withDestinationPath: root.appending(path: "experiments").path)
    let outcome = try run([scratch.file("ranks.yaml"), "--dry-run"])
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(parts[3].contains("# 77 cells"))
    #expect(outcome.standardOutput.hasPrefix("smollm2-ranks: 77 cells, 0 done"))
  }

  /// The environment that only checks flags does nothing, and says so.
  @Test func toolsCheckTheirFlagsOnly() throws {
    let tool = Executable(name: "fine-tune", environment: ["SUTURE_CHECK": "1"])
    let good = try tool.run([
      "--model", "nowhere", "--examples", "nothing", "--method", "full", "--output",
      scratch.file("x"),
    ])
    #expect(good.status == 0)
    #expect(good.standardError.contains("SUTURE_CHECK is set"))
    #expect(try tool.run(["--method", "full"]).status == 64)
    #expect(!FileManager.default.fileExists(atPath: scratch.file("x")))
  }

  /// None goes on when what started it is killed.
  @Test func toolsAreKilledWithWhoStartedThem() throws {
    let script = """
      SUTURE_PARENT=$$ "$0" --output "$1/out" --ending multiplication --quiet &
      echo $! >"$1/number"
      until ls -A "$1" | grep -q partial; do sleep 0.1; done
      kill -KILL $$
      """
    let outcome = try Executable(name: "staged-output-probe").runInShell(script, [scratch.path])
    #expect(outcome.status == -SIGKILL)
    let number = try #require(pid_t(try scratch.text("number").dropLast()))
    var state: String?
    for _ in 0..<200 {
      let status = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8)
      state = status?.split(separator: ")").last?.split(separator: " ").first.map(String.init)
      if state == nil || state == "Z" || state == "X" { return }
      usleep(50_000)
    }
    kill(number, SIGKILL)
    Issue.record("it goes on, state \(state ?? "")")
  }

  /// A tool that was started by a process that is no more does nothing.
  @Test func toolsEndWithWhoStartedThem() throws {
    let outcome = try Executable(name: "inspect-model", environment: ["SUTURE_PARENT": "1"])
      .run(["--model", model.path])
    #expect(outcome.status == 137)
    #expect(outcome.standardOutput == "")
  }
}
