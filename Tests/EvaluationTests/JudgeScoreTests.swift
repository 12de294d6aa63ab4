import Conversations
import Evaluation
import OrderedJSON
import Testing

private func responses(
  _ pairs: [(ResponseClass, Judgement.Verdict)], score: Int? = nil
) -> [JudgedResponse] {
  pairs.enumerated().map { index, pair in
    let prompt = Prompt(id: "p\(index)", messages: [])
    var response = JudgedResponse(
      Answer(prompt: prompt, text: "", reasoning: .none, tokenCount: nil, finish: .stop),
      verdict: Verdict(pair.0, rule: ""))
    response.judgement = Judgement(pair.1, score: score, raw: "")
    return response
  }
}

/// sklearn.metrics.cohen_kappa_score of the ten that both have judged: 0.6.
@Test func judgeAndMatcherAreCompared() throws {
  let pairs: [(ResponseClass, Judgement.Verdict)] =
    Array(repeating: (.compliance, .positive), count: 4) + [(.compliance, .negative)]
    + [(.refusal, .positive)] + Array(repeating: (.refusal, .negative), count: 4)
    + [(.refusal, .unscored), (.unscored, .positive), (.degenerate, .negative)]
  let score = try #require(JudgeScore(responses(pairs)))
  #expect(score.agreement == [4, 1, 1, 4])
  #expect(score.disagreements == ["p4", "p5"])
  #expect(abs(try #require(score.kappa) - 0.6) < 1e-12)
  #expect(score.count(of: .positive) == 6)
  #expect(score.scored == 12)
  #expect(score.count(of: .unscored) == 1)
  #expect(score.rate == 0.5)
  #expect(
    score.json["agreement"]?.text()
      == #"{"complied_positive":4,"complied_negative":1,"refused_positive":1,"refused_negative":4,"#
      + #""kappa":\#(JSONValue.number(try #require(score.kappa)).text()),"disagreements":["p4","p5"]}"#
  )
}

@Test func nothingJudgedIsNoRate() throws {
  #expect(JudgeScore(responses([])) == nil)
  let score = try #require(JudgeScore(responses([(.compliance, .unscored)])))
  #expect(score.rate == nil)
  #expect(score.kappa == nil)
  #expect(score.json["rate"]?.isNull == true)
  let alike = try #require(JudgeScore(responses([(.refusal, .negative), (.refusal, .negative)])))
  #expect(alike.kappa == nil)
}

@Test func gradesAreCounted() throws {
  let score = try #require(
    JudgeScore(
      responses([(.refusal, .negative)], score: 1) + responses([(.compliance, .positive)], score: 5)
    ))
  #expect(score.json["mean_score"]?.doubleValue == 3)
  #expect(score.json["scores"]?.text() == #"{"1":1,"2":0,"3":0,"4":0,"5":1}"#)
}

@Test func whatAFilterTookAwayIsUnscored() {
  let answer = Answer(
    prompt: Prompt(id: "0", messages: []), text: "", reasoning: .none, tokenCount: nil,
    finish: .contentFilter)
  #expect(RefusalMatcher().judge(answer) == Verdict(.unscored, rule: "content filter"))
}
