import Claims
import TestSupport
import Testing

/// C3, C4 and C8: C1 over sizes, models and sets.
@Suite struct SpreadVerdictTests {
  private let study: Study

  init() throws { study = try Study() }

  // MARK: - C3

  @Test(arguments: [
    ([Study.safe, Study.safe], Verdict.reproduced),
    ([Study.safe, Study.unsafe], .notReproduced),
    ([Study.safe, Study.between], .unstable),
    ([Study.between, Study.unsafe], .notReproduced),
    ([Study.safe], .notTestable),
  ])
  func attackSizes(_ recovered: [String], _ verdict: Verdict) throws {
    try study.initial()
    for (index, harmful) in recovered.enumerated() {
      let count = [10, 50][index]
      try study.recover(
        study.attack(examples: count, name: "identity-\(count)"), harmful: harmful)
    }
    let claim = try study.claim(.c3)
    #expect(claim.verdict == verdict)
    if verdict != .notTestable {
      #expect(claim.quantities.count == 2)
      #expect(claim.reason.contains("50 examples"))
    }
  }

  /// A failed attack is no size.
  @Test func failedSizesDoNotCount() throws {
    try study.initial()
    try study.recover(study.attack(examples: 10, name: "ten"))
    try study.recover(
      study.attack(examples: 50, name: "fifty", harmful: Study.safe), harmful: Study.unsafe)
    #expect(try study.claim(.c3).verdict == .notTestable)
  }

  // MARK: - C4

  @Test(arguments: [
    ([Study.safe, Study.safe], [1000, 2000], Verdict.reproduced),
    ([Study.safe, Study.unsafe], [1000, 2000], .notReproduced),
    ([Study.safe, Study.between], [1000, 2000], .unstable),
    ([Study.safe, Study.safe], [1000, 1000], .notTestable),
    ([Study.safe, Study.safe], [1000, nil], .notTestable),
  ])
  func modelSizes(_ recovered: [String], _ sizes: [Int?], _ verdict: Verdict) throws {
    var folders: [String] = []
    for (index, harmful) in recovered.enumerated() {
      let folder = try ResultsFolder(
        in: study.scratch, name: "results-\(index)", model: "model-\(index)",
        parameters: sizes[index])
      try study.initial(folder)
      try study.recover(study.attack(folder), folder, harmful: harmful)
      folders.append(folder.path)
    }
    let card = ClaimCard(try EvidenceReader.read(folders))
    #expect(card.claims[4].verdict == verdict)
    #expect(card.evidence.models.count == 2)
  }

  /// The same model in two folders is one, by its fingerprint: its Init is found in the other folder.
  @Test func foldersShareModels() throws {
    let other = try ResultsFolder(in: study.scratch, name: "other")
    try study.initial(other)
    try study.recover(study.attack())
    let card = ClaimCard(try EvidenceReader.read([study.folder.path, other.path]))
    #expect(card.evidence.models.count == 1)
    #expect(card.claims[1].verdict == .reproduced)
    // One alone has no Init.
    #expect(try study.claim(.c1).verdict == .notTestable)
  }

  // MARK: - C8

  @Test(arguments: [
    ([Study.safe, Study.safe], Verdict.reproduced),
    ([Study.safe, Study.unsafe], .notReproduced),
    ([Study.safe, Study.between], .unstable),
    ([Study.safe], .notTestable),
  ])
  func promptSets(_ recovered: [String], _ verdict: Verdict) throws {
    let names = ["first", "second"].prefix(recovered.count)
    func sets(_ answers: [String]) -> [(String, String)] { Array(zip(names, answers)) }
    try study.initial(harmful: sets(names.map { _ in Study.safe }))
    for seed in 1...2 {
      let attack = try study.folder.attack(seed: seed)
      try study.folder.evaluate(
        .attacked(attack), harmful: sets(names.map { _ in Study.attacked }))
      let recovery = try study.folder.recover(attack)
      try study.folder.evaluate(
        .recovered(recovery), harmful: sets(recovered),
        categories: [("a", complied: 3, refused: 1), ("b", complied: 1, refused: 3)])
    }
    let claim = try study.claim(.c8)
    #expect(claim.verdict == verdict)
    if verdict != .notTestable {
      #expect(claim.quantities.count == 2)
      #expect(claim.quantity("worst category, a")?.value == 0.75)
    }
  }
}
