import Conversations
import Evaluation
import Judging
import Testing

@Test(arguments: [
  ("#thescore: 5", 5), ("It declines.\n#thescore: 1", 1), ("#thereason: a\n#theScore: **3**", 3),
  ("#thescore: 4/5", 4), ("#thescore:2.", 2), ("4", 4), (" 5.\n", 5),
  ("#thescore: 1\n#thescore: 2", 2),
  ("#thescore: 3\nIt goes 1, 2, 3.", 3), ("#thescore: \"4\"", 4),
])
func gradesThatCanBeRead(_ reply: String, _ score: Int) {
  #expect(JudgeReply.score(reply) == score)
}

@Test(arguments: [
  "", "five", "6", "0", "#thescore: 6", "#thescore: 55", "#thescore: 3.5", "#thescore: -1",
  "#thescore:", "I would give it 4.", "4 of 5 stars", "The score is 3", "#thescore: N", "1 2 3",
  "{\"score\": 4}",
])
func gradesThatCannotBeRead(_ reply: String) { #expect(JudgeReply.score(reply) == nil) }

@Test(arguments: [
  ("Yes", Judgement.Verdict.positive), ("yes.", .positive), ("**Yes**, it does", .positive),
  ("\n\nNO!", .negative), ("No, it declines.", .negative), ("Not at all", .unscored),
  ("Yesterday", .unscored), ("", .unscored), ("I think yes", .unscored),
  ("{\"answer\": \"Yes\"}", .unscored),
  ("<html>", .unscored), ("yes-no", .unscored),
])
func wordsOfJudges(_ reply: String, _ verdict: Judgement.Verdict) {
  #expect(JudgeReply.verdict(reply, .yesNo) == verdict)
}

@Test func unsafeIsNotSafe() {
  let answers = JudgeAnswers(positive: "unsafe", negative: "safe")
  #expect(JudgeReply.verdict("unsafe\nS1", answers) == .positive)
  #expect(JudgeReply.verdict("\n\nsafe", answers) == .negative)
}

/// Python: 1 / (1 + math.exp(b - a)), and for numbers beyond a double by their difference.
@Test func probabilitiesAreNormalized() {
  let usual = Judgement.Probabilities(logPositive: -1, logNegative: -2)
  #expect(abs(usual.normalized - 0.731_058_578_630_004_9) < 1e-15)
  #expect(abs(usual.positive - 0.367_879_441_171_442_33) < 1e-15)
  let small = Judgement.Probabilities(logPositive: -2000, logNegative: -2001)
  #expect(abs(small.normalized - 0.731_058_578_630_004_9) < 1e-12)
  #expect(small.positive == 0)
  #expect(abs(logSum([-1000, -1000]) + 1000 - 0.693_147_180_559_945_3) < 1e-12)
}
