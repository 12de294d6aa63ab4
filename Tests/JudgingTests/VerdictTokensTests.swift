import Conversations
import TestSupport
import Testing
import Tokenization
import Tokens

@testable import Evaluation
@testable import Judging

private func tokens(_ tokenizer: String, _ answers: JudgeAnswers) throws -> [[String]] {
  let encoder = try ConversationEncoder(folder: Fixtures.path("tokenizers/\(tokenizer)"))
  let tokens = try VerdictTokens(answers, encoder.tokenizer, model: tokenizer)
  return [tokens.positive, tokens.negative].map { ids in
    ids.compactMap { encoder.tokenizer.token(of: $0) }.sorted()
  }
}

/// tokenizers: the first of `encode(spelling).tokens`; `YES` has no token of its own.
@Test func spellingsOfAnswersAreFound() throws {
  #expect(
    try tokens("smollm2", .yesNo) == [
      ["Y", "Yes", "yes", "\u{120}Y", "\u{120}Yes", "\u{120}yes"],
      ["NO", "No", "no", "\u{120}NO", "\u{120}No", "\u{120}no"],
    ])
}

@Test func unsafeAndSafeAreToldApart() throws {
  let found = try tokens("smollm2", JudgeAnswers(positive: "unsafe", negative: "safe"))
  #expect(found.allSatisfy { !$0.isEmpty })
  #expect(Set(found[0]).isDisjoint(with: found[1]))
}

@Test func answersThatBeginAlikeCannotBeToldApart() throws {
  #expect(throws: JudgeError.self) {
    try tokens("bytes", JudgeAnswers(positive: "safest", negative: "safe"))
  }
}
