import Foundation
import OrderedJSON
import TestSupport
import Testing

private let evaluate = Executable(name: "evaluate-safety")
private let model = Fixtures.path("commands/written/think")
private let prompts = model + "/prompts.jsonl"

/// Answers from servers, and judges at servers, through the whole command.
@Suite struct ServerEvaluationTests {
  let scratch: TemporaryFolder

  init() throws { scratch = try TemporaryFolder() }

  private func run(
    _ arguments: [String], output: String = "out", environment: [String: String] = [:]
  ) throws -> Executable.Outcome {
    var tool = evaluate
    tool.environment = environment
    return try tool.run(
      ["--harmful", prompts, "--output", scratch.file(output), "--threads", "1"] + arguments)
  }

  private func endpoint(_ server: ScriptedServer) -> [String] {
    ["--endpoint", server.url + "/v1", "--endpoint-model", "served", "--max-new-tokens", "8"]
  }

  private func scores(_ output: String = "out") throws -> JSONValue {
    try JSONValue(parsing: scratch.text(output + "/scores.json"))
  }

  private func lines(_ output: String = "out") throws -> [JSONValue] {
    try JSONValue.lines(scratch.text(output + "/responses.jsonl"))
  }

  /// Rules with which a server says what the model here has said.
  private func replay(_ lines: [JSONValue]) throws -> [JSONValue] {
    try lines.map { line in
      [
        "asked": try #require(line["messages"]?.arrayValue?.last?["content"]),
        "text": try #require(line["response"]), "finish": try #require(line["finish"]),
        "tokens": try #require(line["tokens"]),
      ]
    }
  }

  @Test func serverThatSaysTheSameGetsTheSameScores() throws {
    let local = try run(["--model", model, "--max-new-tokens", "8"], output: "local")
    #expect(local.status == 0, "\(local.standardError)")
    let server = try ScriptedServer(try replay(lines("local")))
    let remote = try run(endpoint(server))
    #expect(remote.status == 0, "\(remote.standardError)")
    #expect(try lines().map { $0.text() } == lines("local").map { $0.text() })
    #expect(remote.standardOutput == local.standardOutput)
    let (ours, theirs) = (try scores(), try scores("local"))
    #expect(ours["prompt_sets"]?.text() == theirs["prompt_sets"]?.text())
    #expect(ours["model_fingerprint"] == nil)
    #expect(
      ours["endpoint"]?.text()
        == #"{"url":"\#(server.url)/v1/chat/completions","model":"served","#
        + #""settings":{"temperature":0,"max_tokens":8,"seed":0}}"#)
    #expect(try scratch.contents() == ["local", "out"], "the log is gone")
  }

  /// Three ways to the same answers give the same counts, and a judge needs no model under test.
  @Test func storedResponsesAreJudgedWithoutAModel() throws {
    let local = try run(["--model", model, "--max-new-tokens", "8"], output: "local")
    #expect(local.status == 0, "\(local.standardError)")
    let server = try ScriptedServer([
      ["asked": "First, do this", "text": "Yes"], ["asked": "I cannot help", "text": "no."],
    ])
    let stored = try evaluate.run([
      "--responses", scratch.file("local/responses.jsonl"), "--output", scratch.file("stored"),
      "--judge-endpoint", server.url, "--judge-model", "j", "--judge-template", "yes-no",
    ])
    #expect(stored.status == 0, "\(stored.standardError)")
    var set = try #require(try scores("stored").array("prompt_sets").first?.objectValue)
    let judge = set["judge"]
    set["judge"] = nil
    #expect(
      try JSONValue.object(set).text() == scores("local").array("prompt_sets").first?.text())
    #expect(
      judge?["agreement"]?.text()
        == #"{"complied_positive":1,"complied_negative":0,"refused_positive":0,"#
        + #""refused_negative":1,"kappa":1.0,"disagreements":[]}"#)
    #expect(try server.requests().count == 2)
    let classes = try lines("stored").map { $0["class"]?.stringValue }
    #expect(try classes == lines("local").map { $0["class"]?.stringValue })
  }

  @Test func keyIsSentAndStaysOutOfAllFiles() throws {
    let server = try ScriptedServer([["text": "I can't help with that."]])
    let outcome = try run(
      endpoint(server), environment: ["SUTURE_ENDPOINT_KEY": "sk-placeholder-5678"])
    #expect(outcome.status == 0)
    #expect(
      try server.requests().allSatisfy {
        $0["authorization"]?.stringValue == "Bearer sk-placeholder-5678"
      })
    let written =
      try scratch.text("out/scores.json") + scratch.text("out/responses.jsonl")
      + outcome.standardOutput + outcome.standardError
    #expect(!written.contains("sk-placeholder"))
  }

  /// The program is killed in the middle, and goes on where it was.
  @Test(arguments: [SIGKILL, SIGINT]) func killedRunGoesOn(_ signal: Int32) throws {
    let server = try ScriptedServer([
      ["asked": "<P2>", "times": 1, "delay": 60, "text": "never"], ["text": "I can't help."],
    ])
    let arguments =
      ["--harmful", prompts, "--output", scratch.file("out"), "--concurrency", "1"]
      + endpoint(server)
    let running = try evaluate.start(arguments)
    for _ in 0..<2000 where try server.requests().count < 3 { usleep(5_000) }
    running.send(signal)
    let killed = try running.wait(limit: 20)
    #expect(killed.status == (signal == SIGINT ? 130 : -SIGKILL))
    let log = try scratch.text("out.replies.jsonl")
    #expect(log.split(separator: "\n").count == 2)
    #expect(!(try scratch.contents().contains("out")))
    let outcome = try evaluate.run(arguments)
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(try server.requests().count == 4, "two, one that was lost, and the same again")
    #expect(try scratch.contents() == ["out"])
  }

  @Test(
    arguments: [
      (["status": 400, "body": "no such model"], 74, "status 400: no such model"),
      (["body": "<html>"], 65, "is no chat completion"),
      (["text": "a", "finish": "tool_calls"], 65, "tool_calls"),
    ] as [(JSONValue, Int32, String)])
  func failuresEndInOneLine(_ rule: JSONValue, _ status: Int32, _ reason: String) throws {
    let server = try ScriptedServer([rule])
    let outcome = try run(endpoint(server) + ["--quiet"])
    #expect(outcome.status == status)
    #expect(outcome.errorLines.count == 1, "\(outcome.standardError)")
    #expect(outcome.standardError.contains(reason), "\(outcome.standardError)")
    #expect(try scratch.contents() == [])
  }

  @Test func serverThatIsNotThere() throws {
    let server = try ScriptedServer([])
    let url = server.url
    _ = consume server
    let outcome = try run([
      "--endpoint", url, "--endpoint-model", "m", "--retries", "1", "--quiet",
    ])
    #expect(outcome.status == 74)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.standardError.contains("(tried 2 times)"))
  }

  @Test func judgeAtAServerGradesAndComparesWithTheMatcher() throws {
    let server = try ScriptedServer([
      ["asked": "First, do this", "text": "It says what to do.\n#thescore: 5"],
      ["asked": "I cannot help", "text": "I would say 2, or 3."],
    ])
    let arguments = [
      "--model", model, "--max-new-tokens", "8", "--judge-endpoint", server.url, "--judge-model",
      "j",
    ]
    let outcome = try run(arguments, environment: ["SUTURE_JUDGE_KEY": "sk-placeholder-9"])
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(try server.requests().count == 2, "the third never came to an answer")
    #expect(
      try server.requests().allSatisfy {
        $0["authorization"]?.stringValue == "Bearer sk-placeholder-9"
      })
    let judged = try lines().map { $0["judge"]?["verdict"]?.stringValue }
    #expect(judged == ["positive", "unscored", "unscored"])
    #expect(try lines()[0]["judge"]?["score"]?.integerValue == 5)
    #expect(try lines()[1]["judge"]?["raw"]?.stringValue == "I would say 2, or 3.")
    let set = try #require(try scores().array("prompt_sets").first)
    #expect(set["judge"]?["positive"]?.integerValue == 1)
    #expect(set["judge"]?["unscored"]?.integerValue == 2)
    #expect(set["judge"]?["scores"]?["5"]?.integerValue == 1)
    #expect(set["judge"]?["agreement"]?["complied_positive"]?.integerValue == 1)
    #expect(try scores()["judge"]?["template"]?.stringValue == "score")
    #expect(outcome.standardOutput.contains("  by the judge  positive 100.0 % ["))
    #expect(
      outcome.standardOutput.contains(
        "1 of 1, 2 unscored; kappa with the matcher none, 0 disagreements"))
  }

  @Test func answersThatAJudgeNeverSawAreKept() throws {
    let answering = try ScriptedServer([["text": "I can't help with that."]])
    let judging = try ScriptedServer([
      ["times": 1, "status": 400, "body": "busy"], ["text": "No."],
    ])
    let arguments =
      endpoint(answering) + [
        "--judge-endpoint", judging.url, "--judge-model", "j", "--judge-template", "yes-no",
        "--concurrency", "1",
      ]
    let first = try run(arguments)
    #expect(first.status == 74)
    #expect(first.standardError.contains("3 replies are kept in"))
    let second = try run(arguments)
    #expect(second.status == 0, "\(second.standardError)")
    #expect(try answering.requests().count == 3, "answered once")
    #expect(try lines().allSatisfy { $0["judge"]?["verdict"]?.stringValue == "negative" })
  }

  @Test(arguments: [
    ("--endpoint http://h", "--endpoint-model"), ("--endpoint-model m", "--endpoint"),
    ("--endpoint h:1 --endpoint-model m", "begins with http://"),
    ("--endpoint http://u:secret@h --endpoint-model m", "the key belongs into the environment"),
    ("--endpoint http://h --endpoint-model m --model x", "nothing to do"),
    ("--endpoint http://h --endpoint-model m --utility x", "--model"),
    ("--endpoint http://h --endpoint-model m --concurrency 0", "--concurrency is '0'"),
    ("--endpoint http://h --endpoint-model m --retries=-1", "--retries is '-1'"),
    ("--endpoint http://h --endpoint-model m --request-timeout 0", "--request-timeout is '0'"),
    ("--model x --judge a --judge-endpoint http://h --judge-model m", "there is one judge"),
    ("--model x --judge-endpoint http://h", "--judge-model"),
    ("--model x --judge-model m", "--judge-endpoint"),
    ("--model x --judge-template yes-no", "--judge"),
    ("--model x --judge a --judge-answers yes", "two different words"),
    ("--model x --judge a --judge-template score", "is for a judge at a server"),
    ("--model x --judge a --judge-template yes-no --judge-answers a,b", "has its own answers"),
    (
      "--model x --judge-endpoint http://h --judge-model m --judge-template harmbench",
      "a server's are score, yes-no"
    ),
  ])
  func wrongUsage(_ arguments: String, _ mentions: String) throws {
    let outcome = try run(arguments.split(separator: " ").map(String.init))
    #expect(outcome.status == 64, "\(outcome.standardError)")
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.standardError.contains(mentions), "\(outcome.standardError)")
    #expect(!outcome.standardError.contains("secret"))
    #expect(try scratch.contents() == [])
  }
}
