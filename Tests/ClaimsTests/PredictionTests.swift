import Claims
import TestSupport
import Testing

/// What is known beforehand rises or falls with what a recovery leaves, so that rank correlations are 1 or -1.
struct PredictionTests {
  private let study: Study
  private let attack: String

  init() throws {
    study = try Study()
    try study.initial()
    attack = try study.attack()
  }

  private func recover(
    rank: Int = 4, example: String = "e0", left: Int, norm: Double = 1, layers: String? = nil
  ) throws {
    let recovery = try study.folder.recover(
      attack, subspace: "own", rank: rank, example: example, norm: norm, layers: layers)
    try study.folder.evaluate(
      .recovered(recovery),
      harmful: [("harmful", answers(("c", 5 + left), ("r", 95 - left)))], benign: Study.helpful)
  }

  private func correlation(_ words: String...) throws -> Quantity? {
    try study.card.predictions.quantities.first { quantity in
      words.allSatisfy(quantity.name.contains)
    }
  }

  @Test func overExamples() throws {
    for index in 0..<9 {
      try recover(example: "e\(index)", left: index, norm: Double(20 - index))
    }
    try study.folder.spectra(
      of: attack, examples: (0..<9).map { [(kind: "example", rank: 1 + $0)] },
      beginnings: (0..<9).map { 0.9 - Float($0) / 20 })
    let norm = try #require(try correlation("over examples", "norm of the update"))
    #expect(norm.value == -1)
    #expect(norm.count == 9)
    #expect(try correlation("over examples", "rank at 90 %")?.value == 1)
    #expect(try correlation("over examples", "answer's beginning")?.value == -1)
    // The energy is the same for all, which correlates with nothing.
    #expect(try correlation("over examples", "energy of 20") == nil)
    #expect(try study.card.controls[13].wasRun)
  }

  /// Layers that have more of the gradient leave less; a recovery of all layers is no point of it.
  @Test func overModules() throws {
    for layer in 0..<7 { try recover(left: 20 - layer, layers: "\(layer)") }
    try recover(left: 50)
    try study.folder.spectra(
      of: attack, examples: [[(kind: "example", rank: 3)]], norms: (0..<7).map { 1 + Double($0) })
    let share = try #require(try correlation("over modules", "share of the modules"))
    #expect(share.value == -1)
    #expect(share.count == 7)
    #expect(try correlation("over modules", "rank at 90 %") == nil)
  }

  /// Energy rises with the rank; what is left falls.
  @Test func overRanks() throws {
    for rank in 1...6 { try recover(rank: rank, left: 20 - rank) }
    try recover(rank: 7, left: 40, layers: "0")
    try study.folder.spectra(of: attack, examples: [[(kind: "example", rank: 3)]])
    let energy = try #require(try correlation("over ranks", "energy of the components"))
    #expect(energy.value == -1)
    #expect(energy.count == 6)
  }

  @Test func fewPointsPredictNothing() throws {
    for index in 0..<5 { try recover(example: "e\(index)", left: index) }
    let card = try study.card
    #expect(card.predictions.quantities.isEmpty)
    let reason = try #require(card.predictions.reason)
    #expect(reason.hasPrefix("not testable here: 6 recoveries") && reason.hasSuffix("there are 5"))
    #expect(!card.controls[13].wasRun)
  }

  /// A stop on the way of an attack, which nobody recovered from, is shown and not judged.
  @Test func stopsOfAnAttackAreNoFailedAttacks() throws {
    try study.recover(attack)
    try study.attack(examples: 9, name: "path", harmful: Study.safe)
    let gate = try study.card.claims[0]
    #expect(gate.verdict == .reproduced)
    #expect(gate.quantities.count == 1)
    #expect(gate.further.map(\.name).contains { $0.contains("path") })
  }
}
