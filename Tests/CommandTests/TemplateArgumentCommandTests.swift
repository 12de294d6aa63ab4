import OrderedJSON
import SafetyGradients
import TestSupport
import Testing

/// What the chat template is handed, a system turn and forced words, through whole commands.
@Suite struct TemplateArgumentCommandTests {
  private static let template = """
    {% for m in messages %}{{ m.role }}: {{ m.content }};{% endfor %}\
    {% if add_generation_prompt %}assistant: {% if not enable_thinking | default(true) %}<none>{% endif %}{% endif %}
    """
  private static let thinking = ["--template-argument", "enable_thinking=false"]

  private func run(
    _ name: String, _ arguments: [String], status: Int32 = 0
  ) throws -> Executable.Outcome {
    let outcome = try Executable(name: name).run(arguments + ["--threads", "1"])
    #expect(outcome.status == status, "\(outcome.standardError)")
    return outcome
  }

  @Test func gradientsRecordTheArguments() throws {
    let model = try TemporaryFolder(byteModelWithTemplate: Self.template)
    let examples = try model.write(#"{"prompt": "Hi", "response": "Ho"}"#, to: "e.jsonl")
    let flags = ["--model", model.path, "--examples", examples, "--output"]
    _ = try run("compute-gradients", flags + [model.file("plain.h5")])
    let outcome = try run("compute-gradients", flags + [model.file("own.h5")] + Self.thinking)
    #expect(!outcome.standardError.contains("has no effect"))
    let (plain, own) = try (
      GradientFile(opening: model.file("plain.h5")).provenance,
      GradientFile(opening: model.file("own.h5")).provenance
    )
    #expect(plain.templateArguments == "")
    #expect(own.templateArguments == #"{"enable_thinking":false}"#)
    #expect(plain.chatTemplateSHA256 != own.chatTemplateSHA256)
    let compared = try run(
      "compare-subspaces",
      [model.file("plain.h5"), model.file("own.h5"), "--output", model.file("c.h5")])
    #expect(compared.standardError.contains("different chat templates or template arguments"))
  }

  @Test func anArgumentThatNoTemplateMentionsIsNoted() throws {
    let model = try TemporaryFolder(byteModelWithTemplate: Self.template)
    let prompts = try model.write("Hi\n", to: "p.txt")
    let outcome = try run(
      "evaluate-safety",
      [
        "--model", model.path, "--benign", prompts, "--output", model.file("out"),
        "--max-new-tokens", "2", "--template-argument", "enable_thinkin=false",
      ])
    #expect(
      outcome.standardError.contains(
        "note: the chat template does not mention 'enable_thinkin', so that template argument has no effect"
      ))
  }

  @Test func wrongArgumentsAreWrongUsage() throws {
    for (name, argument) in [
      ("evaluate-safety", "bos_token=1"), ("compute-gradients", "a b=1"), ("fine-tune", "x=y"),
      ("recover-safety", "x"), ("select-example", "tools=[]"), ("inspect-model", "messages=[]"),
    ] {
      let outcome = try run(
        name,
        ["--model", "m", "--template-argument", argument]
          + (name == "inspect-model" ? [] : ["--output", "o"]), status: 64)
      let key = String(argument.prefix { $0 != "=" })
      #expect(
        outcome.standardError.contains("'\(key)'") || outcome.standardError.contains("Missing"))
    }
  }

  @Test func renderingUsesAndSummaryShowsThem() throws {
    let model = try TemporaryFolder(byteModelWithTemplate: Self.template)
    let conversations = try model.write(
      #"{"messages": [{"role": "user", "content": "Hi"}]}"#, to: "c.jsonl")
    let flags = ["--model", model.path, "--render", conversations, "--generation-prompt"]
    let rendered = try run("inspect-model", flags + Self.thinking)
    #expect(
      try JSONValue(parsing: rendered.standardOutput)["text"]?.stringValue
        == "user: Hi;assistant: <none>")
    let plain = try JSONValue(
      parsing: run("inspect-model", ["--model", model.path, "--json"]).standardOutput)
    let own = try JSONValue(
      parsing: run("inspect-model", ["--model", model.path, "--json"] + Self.thinking)
        .standardOutput)
    #expect(own["template_arguments"]?.text() == #"{"enable_thinking":false}"#)
    #expect(
      plain["chat_template_sha256"]?.stringValue != own["chat_template_sha256"]?.stringValue)
  }

  @Test func flagsThatHaveNothingToDoAreRefused() throws {
    let model = try TemporaryFolder(byteModelWithTemplate: Self.template)
    let prompts = try model.write("Hi\n", to: "p.txt")
    let server = ["--benign", prompts, "--endpoint", "http://localhost:1", "--endpoint-model", "m"]
    for (flags, message) in [
      (server + ["--prefill", "x"], "--prefill needs --model"),
      (server + ["--reference", model.path], "--reference needs --model"),
      (
        ["--responses", prompts] + Self.thinking, "--template-argument needs --model or --endpoint"
      ),
      (["--responses", prompts, "--prefill", "x"], "--prefill needs --harmful or --benign"),
      (["--model", model.path, "--benign", prompts, "--prefill", " "], "--prefill is ' '"),
    ] {
      let outcome = try run(
        "evaluate-safety", flags + ["--output", model.file("out")], status: 64)
      #expect(outcome.standardError.contains(message), "\(outcome.standardError)")
    }
  }

  @Test func systemTurnAndForcedWordsAreAskedAndRecorded() throws {
    let model = try TemporaryFolder(byteModelWithTemplate: Self.template)
    let prompts = try model.write(
      #"{"messages": [{"role": "user", "content": "Hi"}]}"# + "\n", to: "p.jsonl")
    let flags = [
      "--model", model.path, "--harmful", prompts, "--max-new-tokens", "3", "--system", "Be brief.",
      "--prefill", "Sure, here is",
    ]
    _ = try run(
      "evaluate-safety", flags + Self.thinking + ["--output", model.file("out")])
    let line = try JSONValue(parsing: model.text("out/responses.jsonl"))
    #expect(
      line["messages"]?.text()
        == #"[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}]"#)
    #expect(line["prefill"]?.stringValue == "Sure, here is")
    #expect(line["response"]?.stringValue?.contains("Sure, here is") == false)
    let scores = try JSONValue(parsing: model.text("out/scores.json"))
    #expect(scores["system"]?.stringValue == "Be brief.")
    #expect(scores["prefill"]?.stringValue == "Sure, here is")
    #expect(scores["template_arguments"]?.text() == #"{"enable_thinking":false}"#)
    _ = try run(
      "evaluate-safety",
      ["--responses", model.file("out/responses.jsonl"), "--output", model.file("again")])
    #expect(try model.text("again/responses.jsonl") == model.text("out/responses.jsonl"))
    let again = try JSONValue(parsing: model.text("again/scores.json"))
    for key in ["system", "prefill", "template_arguments", "chat_template_sha256"] {
      #expect(again[key]?.text() == scores[key]?.text(), "\(key)")
    }
    let own = try model.write(
      #"{"messages": [{"role": "system", "content": "x"}, {"role": "user", "content": "Hi"}]}"#,
      to: "own.jsonl")
    let refused = try run(
      "evaluate-safety",
      [
        "--model", model.path, "--benign", own, "--system", "y", "--output", model.file("out2"),
      ], status: 65)
    #expect(refused.standardError.contains("own: prompt 0: it has a turn of role 'system' already"))
  }
}
