import Foundation
import TestSupport
import Testing

/// The recipes for models that are not here, on tiny random models of the same architectures under their
/// names in a Hugging Face cache, with placeholders for the files that cannot be published.
struct StudyRecipes {
  let scratch: TemporaryFolder

  private static let models = [
    "meta-llama/Llama-2-7b-chat-hf": "llama",
    "meta-llama/Llama-3.1-8B-Instruct": "llama3-rope-tied",
    "mistralai/Mistral-7B-Instruct-v0.3": "mistral", "Qwen/Qwen2.5-7B-Instruct": "qwen2-bf16",
    "meta-llama/Llama-2-70b-chat-hf": "llama",
  ]

  init() throws {
    scratch = try TemporaryFolder()
    for (id, fixture) in Self.models {
      let folder = "cache/hub/models--\(id.replacing("/", with: "--"))"
      try scratch.write("abc", to: "\(folder)/refs/main")
      let snapshot = "\(folder)/snapshots/abc"
      let weights = try FileManager.default.contentsOfDirectory(
        atPath: Fixtures.path("models/\(fixture)")
      ).filter { $0.hasPrefix("model") }
      for name in weights {
        try scratch.copy("models/\(fixture)/\(name)", to: "\(snapshot)/\(name)")
      }
      let config = String(
        decoding: try Fixtures.bytes("models/\(fixture)/config.json"), as: UTF8.self)
      // A token a byte makes texts longer than the tiny models were made for.
      let longer = config.replacing(
        /"max_position_embeddings": [0-9]+/, with: "\"max_position_embeddings\": 4096")
      try scratch.write(longer, to: "\(snapshot)/config.json")
      for name in ["tokenizer.json", "tokenizer_config.json"] {
        try scratch.copy("tokenizers/bytes/\(name)", to: "\(snapshot)/\(name)")
      }
      try scratch.write(
        "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}\n{% endfor %}",
        to: "\(snapshot)/chat_template.jinja")
    }
    let experiments = Fixtures.path("../../experiments")
    for recipe in ["paper-7b.yaml", "paper-70b.yaml"] {
      let text = try String(contentsOfFile: "\(experiments)/study/\(recipe)", encoding: .utf8)
      try scratch.write(text, to: "study/\(recipe)")
    }
    try FileManager.default.createSymbolicLink(
      atPath: scratch.file("data"), withDestinationPath: "\(experiments)/data")
    let examples = (0..<4).map {
      "{\"prompt\": \"Request \($0)\", \"response\": \"Answer \($0)\"}\n"
    }.joined()
    for name in ["harmful", "task", "triggered"] {
      try scratch.write(
        String(repeating: examples, count: 250), to: "study/own/\(name).jsonl")
    }
    try scratch.write(
      "{\"prompt\": \"one\"}\n{\"prompt\": \"two\"}\n", to: "study/own/hex-phi.jsonl")
    try scratch.write("goal\nthree\nfour\n", to: "study/own/advbench.csv")
  }

  func run(_ recipe: String, _ arguments: [String], limit: Double) throws -> Executable.Outcome {
    try Executable(name: "sweep-ranks", environment: ["HF_HOME": scratch.file("cache")]).run(
      [scratch.file("study/\(recipe).yaml"), "--output", scratch.file("out")] + arguments,
      limit: limit)
  }
}

@Suite struct StudyRecipeTests {
  @Test(.timeLimit(.minutes(5)), arguments: [("paper-7b", 1180), ("paper-70b", 47)])
  func plan(_ recipe: String, _ cells: Int) throws {
    let outcome = try StudyRecipes().run(recipe, ["--dry-run"], limit: 240)
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(outcome.standardOutput.hasPrefix("\(recipe): \(cells) cells, 0 done"))
  }
}

/// The recipe of the larger models run to its end for one of them, when `SUTURE_ACCEPTANCE` is set.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["SUTURE_ACCEPTANCE"] != nil), .serialized)
struct StudyRecipeAcceptanceTests {
  @Test(.timeLimit(.minutes(30))) func endToEnd() throws {
    let recipes = try StudyRecipes()
    let outcome = try recipes.run(
      "paper-7b", ["--only", "*/llama-2-7b-chat/*/1*", "--quiet"], limit: 1700)
    #expect(outcome.status == 0, "\(outcome.standardError)")
    let rows = try recipes.scratch.text("out/results.csv").split(separator: "\n")
    for attack in [
      "none", "harmful-10", "harmful-100", "harmful-1000", "identity-10", "backdoor", "poisoned",
      "mixed",
    ] {
      #expect(rows.contains { $0.hasPrefix("llama-2-7b-chat,\(attack),1,") }, "\(attack)")
    }
  }
}
