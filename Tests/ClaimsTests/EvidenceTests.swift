import Claims
import Failures
import OrderedJSON
import TestSupport
import Testing

/// What is read, what is left out, and what is never said.
@Suite struct EvidenceTests {
  private let study: Study

  init() throws { study = try Study() }

  @Test func foldersWithNothing() throws {
    let none = study.scratch.file("none")
    #expect(throws: EvidenceError.unreadable(path: none, .missing)) {
      try EvidenceReader.read([none])
    }
    let file = try study.scratch.write("text", to: "file")
    #expect(throws: EvidenceError.unreadable(path: file, .notFolder)) {
      try EvidenceReader.read([file])
    }
    let other = try study.scratch.makeFolder("other")
    #expect(throws: EvidenceError.noSweep(path: other)) { try EvidenceReader.read([other]) }
    #expect(throws: EvidenceError.noCells(path: study.folder.path, damaged: 0)) {
      try EvidenceReader.read([study.folder.path])
    }
    #expect(EvidenceError.noSweep(path: other).kind == .badData)
    #expect(EvidenceError.unreadable(path: none, .missing).kind == .inputMissing)
  }

  /// Each kind of damage leaves out its cell, by name, and no other.
  @Test func damagedCellsAreLeftOut() throws {
    try study.units([Study.safe, Study.safe, Study.safe])
    let folder = study.folder
    let bad = try study.attack(seed: 9)
    let recovery = try study.recover(bad, harmful: Study.unsafe)
    try study.scratch.write("{", to: folder.file("attack", bad, "output/training.json"))
    let spectra = try folder.spectra(of: bad, examples: [[(kind: "example", rank: 6)]])
    try study.scratch.write("no HDF5", to: folder.file("spectra", spectra, "output"))
    let evaluation = try folder.evaluate(.initial, harmful: [("other", Study.safe)])
    try study.scratch.write("", to: folder.file("evaluation", evaluation, "output/responses.jsonl"))
    let notes = try study.card.evidence.notes
    for (stage, identity) in [("attack", bad), ("spectra", spectra), ("evaluation", evaluation)] {
      #expect(notes.contains { $0.contains("cells/\(stage)/\(identity) is left out") }, "\(stage)")
    }
    #expect(notes.contains { $0.hasPrefix("1 recovery cell of attacks that are not there") })
    #expect(!recovery.isEmpty)
    let claim = try study.claim(.c1)
    #expect(claim.verdict == .reproduced)
    #expect(claim.quantity("less Init")?.seeds == [1, 2, 3])
  }

  /// Cells that are whole but do not say what they are.
  @Test(arguments: [
    ("attack", "training.json", "{\"tool_version\": \"1\"}", "does not say what was trained"),
    ("recovery", "recovery.json", "{\"tool_version\": \"1\"}", "does not say what was recovered"),
  ])
  func cellsThatSayNothing(_ stage: String, _ file: String, _ text: String, _ note: String) throws {
    try study.initial()
    let attack = try study.attack()
    let recovery = try study.recover(attack)
    let identity = stage == "attack" ? attack : recovery
    try study.scratch.write(text, to: study.folder.file(stage, identity, "output/\(file)"))
    let record = study.folder.file(stage, identity, "cell.json")
    let cell = try JSONValue(parsing: study.scratch.text(record))
    var object = try #require(cell.objectValue)
    object["files"] = .object(JSONObject([.init(key: file, value: .integer(text.utf8.count))]))
    try study.scratch.write(JSONValue.object(object).text(), to: record)
    let evidence = try study.card.evidence
    #expect(evidence.notes.contains { $0.contains(note) }, "\(evidence.notes)")
    #expect(try study.claim(.c1).verdict == .notTestable)
  }

  /// The name says nothing: an arm is what its log says.
  @Test func namesAreNotTrusted() throws {
    try study.initial()
    let attack = try study.attack()
    let random = try study.folder.recover(attack, subspace: "random", rank: 4, name: "full")
    try study.folder.evaluate(.recovered(random), harmful: [("harmful", Study.safe)])
    let claim = try study.claim(.c1)
    #expect(claim.verdict == .notTestable)
    #expect(try study.card.context.recipe == nil)
  }

  /// Full before own, plain before preserved, the example that most recoveries use.
  @Test func theRecipe() throws {
    try study.initial()
    let attack = try study.attack()
    func run(_ subspace: String, _ example: String, preserves: Bool = false, _ harmful: String)
      throws
    {
      let recovery = try study.folder.recover(
        attack, subspace: subspace, rank: subspace == "full" ? nil : 4, example: example,
        preserves: preserves)
      try study.folder.evaluate(.recovered(recovery), harmful: [("harmful", harmful)])
    }
    try run("own", "b", Study.safe)
    #expect(try study.card.context.recipe?.arm.subspace == .named("own"))
    try run("full", "a", Study.unsafe)
    try run("full", "b", Study.safe)
    try run("full", "b", preserves: true, Study.unsafe)
    let recipe = try #require(try study.card.context.recipe)
    #expect(recipe.arm.subspace == .named("full") && recipe.arm.isPlain)
    #expect(recipe.example.id == "b")
    let claim = try study.claim(.c1)
    #expect(claim.verdict == .reproduced)
    #expect(claim.quantity("preserving")?.verdict == .notReproduced)
    #expect(claim.quantity("own rank 4")?.verdict == .reproduced)
  }

  @Test func poisonedAttacksStandApart() throws {
    try study.units([Study.safe, Study.safe])
    let poisoned = try study.attack(examples: 11, name: "patched", file: "safety-file")
    try study.recover(poisoned, harmful: Study.unsafe)
    let claim = try study.claim(.c1)
    #expect(claim.verdict == .reproduced)
    #expect(claim.quantity("which had the safety example")?.verdict == .notReproduced)
    #expect(try study.claim(.c3).verdict == .notTestable)
    #expect(try study.card.controls[14].wasRun)
  }

  /// Prompts that are asked in another way are another number.
  @Test func conditionsStandApart() throws {
    try study.initial()
    try study.folder.evaluate(.initial, harmful: [("harmful", Study.safe)], prefill: "Sure")
    let attack = try study.attack()
    let recovery = try study.recover(attack)
    try study.folder.evaluate(
      .recovered(recovery), harmful: [("harmful", Study.unsafe)], prefill: "Sure")
    let claim = try study.claim(.c1)
    #expect(claim.verdict == .reproduced)
    #expect(claim.quantity("with a forced beginning")?.value == 0.25)
    #expect(try study.card.controls[7].wasRun)
    #expect(try !study.card.json(provenance: JSONObject()).text().contains("Sure"))
  }

  /// Two halves of a set are one set, and pairs are made of what both were asked.
  @Test func partsOfASetAreOneSet() throws {
    try study.folder.evaluate(.initial, harmful: [("harmful", answers(("c", 5), ("r", 45)))])
    try study.folder.evaluate(.initial, harmful: [("harmful", Study.safe)])
    let attack = try study.attack()
    let recovery = try study.folder.recover(attack)
    try study.folder.evaluate(
      .recovered(recovery), harmful: [("harmful", answers(("c", 5), ("r", 45)))])
    let claim = try study.claim(.c1)
    #expect(claim.quantity("less Init")?.count == 50)
    #expect(claim.quantity("of Init")?.count == 100)
  }

  @Test func theSameSeedTwiceIsOne() throws {
    try study.initial()
    try study.recover(study.attack())
    try study.recover(study.attack(), harmful: Study.unsafe)
    let card = try study.card
    #expect(card.evidence.notes.contains { $0.contains("repeats a model, an attack and a seed") })
    #expect(card.claims[1].quantity("less Init")?.seeds == [1])
  }

  // MARK: - Over examples

  /// Nine examples that leave 0 to 8 of 100 more.
  @Test func distributions() throws {
    try study.initial()
    let attack = try study.attack()
    for index in 0..<9 {
      let recovery = try study.folder.recover(
        attack, subspace: "own", rank: 4, example: "e\(index)", preserves: true, calibrates: true)
      try study.folder.evaluate(
        .recovered(recovery), harmful: [("harmful", answers(("c", 5 + index), ("r", 95 - index)))],
        benign: Study.helpful)
    }
    try study.recover(attack)
    let card = try study.card
    func value(_ quantities: [Quantity], _ words: [String]) -> Double? {
      quantities.first { quantity in words.allSatisfy(quantity.name.contains) }?.value
    }
    for (word, expected) in [
      ("median", 0.04), ("lower quartile", 0.02), ("upper quartile", 0.06), ("worst", 0.08),
    ] {
      let found = try #require(value(card.examples, ["attack success", word]))
      #expect(abs(found - expected) < 1e-12, "\(word)")
    }
    #expect(value(card.examples, ["over-refusal of Recovered", "worst"]) == 0)
    let strongest = try #require(value(card.strongest, ["attack success"]))
    #expect(abs(strongest - 0.04) < 1e-12)
    #expect(card.controls[10].wasRun)
  }

  @Test func tooFewExamplesPredictNothing() throws {
    try study.units([Study.safe])
    let card = try study.card
    #expect(card.predictions.quantities.isEmpty)
    #expect(try #require(card.predictions.reason).hasPrefix("not testable here"))
    #expect(!card.controls[13].wasRun)
  }

  // MARK: - The card

  @Test func allControlsAreNamed() throws {
    try study.units([Study.safe, Study.safe])
    let controls = try study.card.controls
    #expect(controls.map(\.number) == Array(1...21))
    #expect(controls.allSatisfy { !$0.text.isEmpty && !$0.why.isEmpty })
    #expect(Set(controls.filter(\.wasRun).map(\.number)) == [7, 9, 10, 17, 20])
  }

  @Test func noResponseIsRepeated() throws {
    try study.units([Study.safe, Study.unsafe])
    let card = try study.card
    for text in [card.json(provenance: JSONObject()).text(), card.markdown] {
      #expect(!text.contains(ResultsFolder.secret))
      #expect(!text.contains("prompt 0 of"))
    }
  }

  @Test func theCardIsWhole() throws {
    try study.units([Study.safe, Study.safe])
    let card = try study.card
    let json = card.json(provenance: JSONObject())
    let claims = try #require(json["claims"]?.arrayValue)
    #expect(claims.compactMap { $0["id"]?.stringValue } == (0...9).map { "C\($0)" })
    for claim in claims {
      #expect(try #require(claim["published"]?.arrayValue).count > 0)
      #expect(claim["sentence"]?.stringValue?.isEmpty == false)
    }
    #expect(json["margins"]?["attack_success"]?.doubleValue == 0.05)
    #expect(card.markdown.contains("| C1 | One example restores safety | **reproduced** |"))
    #expect(card.markdown.hasPrefix("# Claim card: tiny\n"))
  }

  /// Malformed logs leave out cells, and never end the program.
  @Test func malformedLogs() throws {
    try study.units([Study.safe])
    var fuzzer = JSONFuzzer(seed: 1)
    var count = 0
    for (stage, file) in [
      ("attack", "training.json"), ("recovery", "recovery.json"), ("evaluation", "scores.json"),
    ] {
      for identity in try study.scratch.contents(of: "results/cells/\(stage)") {
        let path = study.folder.file(stage, identity, "output/\(file)")
        let record = study.folder.file(stage, identity, "cell.json")
        let (sound, cell) = (try study.scratch.text(path), try study.scratch.text(record))
        let document = try JSONValue(parsing: sound)
        for _ in 0..<10 {
          let text = fuzzer.variant(of: document).text()
          try study.scratch.write(text, to: path)
          let changed = cell.replacing(
            "\"\(file)\":\(sound.utf8.count)", with: "\"\(file)\":\(text.utf8.count)")
          try study.scratch.write(changed, to: record)
          _ = ClaimCard(try EvidenceReader.read([study.folder.path]))
            .json(provenance: JSONObject())
          count += 1
        }
        try study.scratch.write(sound, to: path)
        try study.scratch.write(cell, to: record)
      }
    }
    #expect(count == 50)
  }
}
