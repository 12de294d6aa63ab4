import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Models that write what a test needs, word for word, through the whole command.
private func evaluate(_ model: String, _ arguments: [String] = []) throws -> (
  lines: [JSONValue], scores: JSONValue, notes: String
) {
  let scratch = try TemporaryFolder()
  let folder = Fixtures.path("commands/written/\(model)")
  let outcome = try Executable(name: "evaluate-safety").run(
    [
      "--model", folder, "--harmful", folder + "/prompts.jsonl", "--output", scratch.file("out"),
      "--max-new-tokens", "8", "--threads", "1",
    ] + arguments)
  #expect(outcome.status == 0, "\(outcome.standardError)")
  return (
    try JSONValue.lines(scratch.text("out/responses.jsonl")),
    try JSONValue(parsing: scratch.text("out/scores.json")), outcome.standardError
  )
}

@Test func reasoningIsNotJudgedByTheCommand() throws {
  let (lines, scores, _) = try evaluate("think")
  #expect(lines.map { $0["class"]?.stringValue } == ["compliance", "refusal", "unscored"])
  #expect(lines[2]["rule"]?.stringValue == "reasoning cut off")
  let set = try #require(try scores.array("prompt_sets").first)
  #expect(set["unscored"]?.integerValue == 1)
  #expect(set["reasoning_cut_off"]?.integerValue == 1)
  #expect(set["rate"]?.doubleValue == 0.5)
}

/// transformers writes the first token on and on, as the answers of the model are suppressed.
@Test func settingsOfGenerationAreFollowedAndRecorded() throws {
  let (lines, scores, _) = try evaluate("suppressed")
  let repeated = String(repeating: "<P0>", count: 8)
  #expect(lines.map { $0["response"]?.stringValue } == [repeated, repeated])
  #expect(lines.map { $0["finish"]?.stringValue } == ["length", "length"])
  #expect(lines.map { $0["cut_off"]?.boolValue } == [true, true])
  #expect(
    scores["generation"]?.text()
      == #"{"decoding":"greedy","settings_from":"generation_config.json","applied":"#
      + #"{"eos_token_id":4,"suppress_tokens":[2,3],"repetition_penalty":1.05},"not_applied":{}}"#)
}

@Test func setsOfOneNameAreNumbered() throws {
  let prompts = Fixtures.path("commands/written/think") + "/prompts.jsonl"
  let (lines, scores, notes) = try evaluate("think", ["--benign", prompts])
  #expect(lines.count == 6)
  let names = try scores.array("prompt_sets").map { $0["name"]?.stringValue }
  #expect(names == ["prompts", "prompts-2"])
  #expect(notes.contains("another set has its name, so it is 'prompts-2' in the results"))
}
