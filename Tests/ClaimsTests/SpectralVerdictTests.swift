import Claims
import TestSupport
import Testing

/// C6 and C7: ranks against controls, the own subspace against others.
@Suite struct SpectralVerdictTests {
  private let study: Study

  init() throws { study = try Study() }

  // MARK: - C6

  /// Ranks of 20 of safety gradients and of two controls, a pair of examples a seed.
  private func ranks(
    _ example: [Int], _ controls: [String: [Int]], means: [Int] = []
  ) throws -> ClaimResult {
    try study.initial()
    for seed in 1...2 {
      let attack = try study.attack(seed: seed)
      try study.recover(attack)
      let examples = example.indices.map { index in
        [(kind: "example", rank: example[index])]
          + controls.sorted { $0.key < $1.key }.map { (kind: $0.key, rank: $0.value[index]) }
      }
      try study.folder.spectra(of: attack, examples: examples, means: means)
    }
    return try study.claim(.c6)
  }

  /// A rank of 6 of 20 against 14: 0.3 against 0.7.
  @Test func lowerThanControls() throws {
    let claim = try ranks(
      [6, 6, 6], ["benign": [14, 14, 14], "random-labels": [12, 14, 16]], means: [8, 9, 9])
    #expect(claim.verdict == .reproduced)
    #expect(abs(try #require(claim.quantity(": rank at 90")?.value) - 0.3) < 1e-12)
    #expect(abs(try #require(claim.quantity("benign less example")?.value) - 0.4) < 1e-12)
    #expect(claim.quantity("mean gradient of 2 examples: rank")?.value == 9)
    #expect(claim.controls == [1, 2, 19, 3])
  }

  @Test(arguments: [
    // The rank itself is high: 16 of 20.
    ([16, 16, 16], ["benign": [19, 19, 19]]),
    // A control is the same, another higher.
    ([6, 6, 6], ["benign": [6, 6, 6], "random-labels": [14, 14, 14]]),
    // A control is lower.
    ([6, 6, 6], ["benign": [4, 4, 4]]),
  ])
  func notLowerThanControls(_ example: [Int], _ controls: [String: [Int]]) throws {
    #expect(try ranks(example, controls).verdict == .notReproduced)
  }

  @Test(arguments: [
    // Differences of -0.1, 0.4 and 0.5: the interval reaches over 0.05.
    ([6, 6, 6], ["benign": [4, 14, 16]]),
    // The share reaches over 0.5.
    ([6, 6, 18], ["benign": [16, 16, 19]]),
  ])
  func ranksAreUnstable(_ example: [Int], _ controls: [String: [Int]]) throws {
    #expect(try ranks(example, controls).verdict == .unstable)
  }

  @Test func ranksNeedControlsAndExamples() throws {
    #expect(try ranks([6, 6, 6], [:]).verdict == .notTestable)
    let alone = try Study()
    try alone.initial()
    let attack = try alone.attack()
    try alone.recover(attack)
    try alone.folder.spectra(
      of: attack, examples: [[(kind: "example", rank: 6), (kind: "benign", rank: 14)]])
    #expect(try alone.claim(.c6).verdict == .notTestable)
  }

  /// Spectra of other examples, and those of harmless answers, are not those of safety.
  @Test func onlySafetyGradientsCount() throws {
    try study.initial()
    let attack = try study.attack()
    try study.recover(attack)
    let examples = (0..<3).map { _ in [(kind: "example", rank: 6), (kind: "benign", rank: 14)] }
    try study.folder.spectra(of: attack, part: "harmless-gradients", examples: examples)
    try study.folder.spectra(
      of: attack, examples: examples.map { [$0[0]] }, examplesPath: "/data/other.jsonl")
    #expect(try study.claim(.c6).verdict == .notTestable)
  }

  // MARK: - C7

  private let everyControl = ["random", "complement", "benign"]

  /// Own and controls at rank 4 and a norm that was asked for, and what each leaves of attack success; in the last
  /// seed, controls may leave something else.
  private func subspaces(
    own: String, _ controls: [String: String], last: [String: String] = [:], norm: Double = 1,
    controlNorm: Double = 1,
    atLoss: (own: String, random: String, loss: Double)? = nil, asked: Double? = 1, seeds: Int = 2
  ) throws -> ClaimResult {
    try study.initial()
    for seed in 1...seeds {
      let attack = try study.attack(seed: seed)
      let folder = study.folder
      let benign = try folder.spectra(
        of: attack, part: "benign-gradients", examples: [[(kind: "example", rank: 6)]],
        examplesPath: "/data/benign.jsonl")
      func run(
        _ subspace: String, _ harmful: String, norm: Double, asked: Double?, stop: Double? = nil,
        loss: Double = 0.05
      ) throws {
        let recovery = try folder.recover(
          attack, subspace: subspace, rank: 4, norm: norm, loss: loss, stopLoss: stop,
          updateNorm: asked)
        try folder.evaluate(.recovered(recovery), harmful: [("harmful", harmful)])
      }
      try run("own", own, norm: norm, asked: asked)
      let left = seed == seeds ? controls.merging(last) { $1 } : controls
      for (name, harmful) in left.sorted(by: { $0.key < $1.key }) {
        let subspace = name == "benign" ? "/x/cells/spectra/\(benign)/output" : name
        try run(subspace, harmful, norm: controlNorm, asked: asked)
      }
      if let atLoss {
        try run("own", atLoss.own, norm: 1, asked: nil, stop: 0.1)
        try run("random", atLoss.random, norm: 5, asked: nil, stop: 0.1, loss: atLoss.loss)
      }
    }
    return try study.claim(.c7)
  }

  private func all(_ answers: String) -> [String: String] {
    Dictionary(uniqueKeysWithValues: everyControl.map { ($0, answers) })
  }

  @Test func ownIsBetterThanAll() throws {
    let claim = try subspaces(own: Study.safe, all(Study.unsafe))
    #expect(claim.verdict == .reproduced)
    for control in everyControl {
      #expect(claim.quantity(", \(control) (")?.value == 0.25, "\(control)")
    }
    #expect(claim.sentence.contains("not compared at equal loss"))
    #expect(try study.card.controls[4].wasRun)
  }

  @Test func oneControlIsAsGood() throws {
    var controls = all(Study.unsafe)
    controls["complement"] = Study.safe
    let claim = try subspaces(own: Study.safe, controls)
    #expect(claim.verdict == .notReproduced)
    #expect(claim.reason.contains("complement at equal norm is as good"))
  }

  @Test func ownDoesNotRecover() throws {
    let worse = answers(("c", 80), ("r", 20))
    #expect(try subspaces(own: Study.unsafe, all(worse)).verdict == .notReproduced)
  }

  /// Random directions are far worse in one seed, as good in the other.
  @Test func seedsThatDisagree() throws {
    let claim = try subspaces(
      own: Study.safe, all(Study.unsafe), last: ["random": Study.safe])
    #expect(claim.verdict == .unstable)
    #expect(claim.reason.contains("random at equal norm: seeds disagree"), "\(claim.reason)")
  }

  /// A control 0.15 worse, [0.08, 0.23]: neither as good nor clearly worse.
  @Test func aControlInBetween() throws {
    var controls = all(Study.unsafe)
    controls["random"] = answers(("c", 20), ("r", 80))
    #expect(try subspaces(own: Study.safe, controls).verdict == .unstable)
  }

  @Test func aControlThatWasNotRun() throws {
    let claim = try subspaces(own: Study.safe, ["random": Study.unsafe])
    #expect(claim.verdict == .unstable)
    #expect(claim.reason.contains("not compared at equal norm: complement, benign"))
  }

  @Test(arguments: [1.002, 5])
  func unequalNormsAreRefused(_ norm: Double) throws {
    let claim = try subspaces(own: Study.safe, all(Study.unsafe), controlNorm: norm)
    #expect(claim.verdict == .notTestable)
    #expect(
      claim.reason.contains(
        "random at equal norm, tiny, identity, seed 1: refused, the norms are 1 and "
          + (norm == 5 ? "5" : "1.002")), "\(claim.reason)")
    #expect(claim.quantities.isEmpty)
  }

  @Test func equalNormsNeedNotBeAskedFor() throws {
    let claim = try subspaces(
      own: Study.safe, all(Study.unsafe), controlNorm: 1.0009, asked: nil)
    #expect(claim.verdict == .reproduced)
  }

  /// At equal norm own is better, at equal loss random is as good.
  @Test func atEqualLossRandomIsAsGood() throws {
    let claim = try subspaces(
      own: Study.safe, all(Study.unsafe), atLoss: (Study.safe, Study.safe, 0.05))
    #expect(claim.verdict == .notReproduced)
    #expect(claim.reason.contains("random at equal loss is as good"))
  }

  @Test func lossesThatWereNotReachedAreRefused() throws {
    let claim = try subspaces(
      own: Study.safe, all(Study.unsafe), atLoss: (Study.safe, Study.safe, 0.3))
    #expect(claim.verdict == .reproduced)
    #expect(claim.reason.contains("refused, the losses are 0.05 and 0.3"))
  }

  @Test func withoutControlsNothingIsCompared() throws {
    #expect(try subspaces(own: Study.safe, [:]).verdict == .notTestable)
  }
}
