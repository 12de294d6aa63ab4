import ResultFiles
import SafetyGradients
import Testing
import Tokens

private let example = Example(
  id: "a", tokens: [1, 5, 9, 7, 8, 8, 6, 2],
  answerMask: [false, false, false, true, true, true, true, true])
private let short = Example(id: "b", tokens: [1, 5, 4, 2], answerMask: [false, false, true, true])
private let benign = [
  Example(
    id: "far", tokens: [TokenID](repeating: 3, count: 30),
    answerMask: (0..<30).map { $0 > 20 }),
  Example(id: "near", tokens: [1, 3, 3, 3, 2], answerMask: [false, false, false, true, true]),
  Example(id: "as near", tokens: [1, 3, 2], answerMask: [false, false, true]),
  Example(id: "itself", tokens: short.tokens, answerMask: short.answerMask),
]

private func controlled(
  _ examples: [Example], _ controls: [GradientControl], seed: Int = 3
) throws -> ControlledExamples {
  try ControlledExamples(
    examples, controls: controls, benign: benign, seed: seed, vocabularySize: 50)
}

@Suite struct ControlledExamplesTests {
  @Test func eachExampleIsFollowedByItsControls() throws {
    let rows = try controlled([example, short], [.untrained, .permutedErrors])
    #expect(
      rows.examples.map(\.id)
        == ["a", "a/untrained", "a/permuted-errors", "b", "b/untrained", "b/permuted-errors"])
    #expect(
      rows.origins?.map(\.kind)
        == ["example", "untrained", "permuted-errors", "example", "untrained", "permuted-errors"])
    #expect(rows.origins?.map(\.source) == [0, 0, 0, 3, 3, 3])
    #expect(ControlledExamples([example]).origins == nil)
  }

  @Test func wordsAreShuffledAndTheEndIsKept() throws {
    for seed in 0..<20 {
      let shuffled = try controlled([example], [.shuffledAnswer], seed: seed).examples[1]
      #expect(shuffled.tokens != example.tokens)
      #expect(shuffled.tokens.prefix(3) == example.tokens.prefix(3))
      #expect(shuffled.tokens[3..<7].sorted() == example.tokens[3..<7].sorted())
      #expect(shuffled.tokens.last == example.tokens.last)
      #expect(shuffled.targets == shuffled.tokens)
      #expect(shuffled.answerMask == example.answerMask)
    }
  }

  @Test func labelsAreOthers() throws {
    var seen: Set<TokenID> = []
    for seed in 0..<100 {
      let other = try controlled([example], [.randomLabels], seed: seed).examples[1]
      #expect(other.tokens == example.tokens)
      #expect(other.answerMask == example.answerMask)
      for place in example.answerPlaces {
        #expect(other.targets[place] != example.targets[place])
        seen.insert(other.targets[place])
      }
    }
    // All 50 tokens but for the rarest accidents.
    #expect(seen.count == 50)
    #expect(seen.allSatisfy { (0..<50).contains($0) })
  }

  /// Tokens and answer tokens count alike; the first of equals; never the example itself.
  @Test func theNearestBenignExample() throws {
    let rows = try controlled([example, short], [.benign])
    #expect(rows.examples.map(\.id) == ["a", "a/benign:near", "b", "b/benign:near"])
    #expect(rows.examples[1].tokens == benign[1].tokens)
    #expect(rows.examples[3].answerMask == benign[1].answerMask)
  }

  /// A draw depends on seed, example and control: not on what else is asked for or who stands before.
  @Test func drawsDoNotDependOnOneAnother() throws {
    let all = try controlled([short, example], GradientControl.allCases)
    let names = all.examples.map(\.id)
    for control in [GradientControl.shuffledAnswer, .randomLabels] {
      let alone = try controlled([example], [control]).examples[1]
      let place = try #require(names.firstIndex(of: "a/\(control.rawValue)"))
      #expect(all.examples[place] == alone)
      #expect(try controlled([example], [control], seed: 4).examples[1] != alone)
    }
  }

  @Test func whatIsImpossibleIsSaid() throws {
    let rows = try controlled([example, short], [.shuffledAnswer])
    #expect(rows.examples.map(\.id) == ["a", "a/shuffled-answer", "b"])
    #expect(
      rows.omissions.map(\.description) == [
        "example b has no control 'shuffled-answer': its answer has no two different tokens before "
          + "the last"
      ])
    #expect(throws: ControlError.self) { try controlled([short], [.shuffledAnswer]) }
    let word = Example(id: "c", tokens: [1, 2], answerMask: [false, true])
    let error = #expect(throws: ControlError.self) { try controlled([word], [.permutedErrors]) }
    #expect(
      error?.description
        == "no example has a control 'permuted-errors': one token alone carries loss")
    #expect(throws: ControlError.self) {
      try ControlledExamples([short], controls: [.benign], seed: 0, vocabularySize: 50)
    }
    #expect(throws: ControlError.self) {
      try ControlledExamples([short], controls: [.randomLabels], seed: 0, vocabularySize: 1)
    }
  }
}
