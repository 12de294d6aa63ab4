import OrderedJSON
import TestSupport
import Testing

/// Questions with choices through the whole command, against lm-evaluation-harness
/// (`Tests/Python/make_choices_reference.py`).
@Suite struct ChoiceCommandTests {
  @Test(arguments: ["question", "chat"])
  func accuracyIsThatOfLMEvaluationHarness(_ context: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try Executable(name: "evaluate-safety").run(
      [
        "--model", try SetUp.smolLM2(), "--choices", Fixtures.path("evaluation/choices.jsonl"),
        "--output", folder.file("out"),
      ] + (context == "chat" ? ["--choices-as-chat"] : []), limit: 600)
    #expect(outcome.status == 0, "\(outcome.standardError)")
    let expected = try #require(try Fixtures.json("evaluation/choices-lm-eval.json")[context])
    let lines = try JSONValue.lines(folder.text("out/choices.jsonl"))
    let questions = try expected.array("questions")
    #expect(lines.count == questions.count && lines.count == 40)
    var largest = 0.0
    for (line, question) in zip(lines, questions) {
      let found = try line.array("log_likelihoods").map { try #require($0.doubleValue) }
      let theirs = try question.array("log_likelihoods").map { try #require($0.doubleValue) }
      #expect(found.count == theirs.count)
      largest = max(largest, zip(found, theirs).map { abs($0 - $1) }.max() ?? .nan)
      #expect(line["correct"]?.boolValue == (question["acc"]?.doubleValue == 1))
      #expect(line["correct_norm"]?.boolValue == (question["acc_norm"]?.doubleValue == 1))
    }
    // Sums over a choice's tokens, both in float32; 2.2e-4 at most was measured.
    #expect(largest < 4e-3, "\(largest)")
    let scores = try JSONValue(parsing: folder.text("out/scores.json"))
    let score = try #require(scores.array("choices").first)
    #expect(score["context"]?.stringValue == context)
    for key in ["acc", "acc_norm", "acc_stderr", "acc_norm_stderr"] {
      let (found, theirs) = (score[key]?.doubleValue ?? .nan, expected[key]?.doubleValue ?? .nan)
      #expect(abs(found - theirs) < 1e-12, "\(key)")
    }
    #expect(outcome.standardOutput.contains("40 questions"))
  }
}
