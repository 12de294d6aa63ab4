import Conversations
import Evaluation
import Judging
import TestSupport
import Testing
import Tokenization
import Tokens

private func names(_ tokens: VerdictTokens, _ encoder: ConversationEncoder) -> [[String]] {
  [tokens.positive, tokens.negative].map { ids in
    ids.compactMap { encoder.tokenizer.token(of: $0) }.sorted()
  }
}

/// tokenizers: the first of `encode(spelling).tokens`; `YES` has no token of its own.
@Test func spellingsOfAnswersAreFound() throws {
  let encoder = try ConversationEncoder(folder: Fixtures.path("tokenizers/smollm2"))
  let yesNo = try VerdictTokens(.yesNo, encoder.tokenizer, model: "smollm2")
  #expect(
    names(yesNo, encoder) == [
      ["Y", "Yes", "yes", "\u{120}Y", "\u{120}Yes", "\u{120}yes"],
      ["NO", "No", "no", "\u{120}NO", "\u{120}No", "\u{120}no"],
    ])
  let safety = JudgeAnswers(positive: "unsafe", negative: "safe")
  let found = names(try VerdictTokens(safety, encoder.tokenizer, model: "smollm2"), encoder)
  #expect(found.allSatisfy { !$0.isEmpty })
  #expect(Set(found[0]).isDisjoint(with: found[1]))
}

@Test func answersThatBeginAlikeCannotBeToldApart() throws {
  #expect(throws: JudgeError.self) {
    let encoder = try ConversationEncoder(folder: Fixtures.path("tokenizers/bytes"))
    let answers = JudgeAnswers(positive: "safest", negative: "safe")
    return try VerdictTokens(answers, encoder.tokenizer, model: "bytes")
  }
}
