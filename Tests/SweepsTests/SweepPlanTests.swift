import Sweeps
import Testing

/// Plans whose cells can be counted by hand.
@Suite struct SweepPlanTests {
  let fixture: SweepFixture

  init() throws { fixture = try SweepFixture() }

  private func counts(_ plan: SweepPlan) -> [Int] {
    SweepStage.allCases.map { plan.cells(of: $0).count }
  }

  /// Two seeds: attacks 2; recoveries 2 models (as it is, attacked) x 2 seeds x 2 x 2 x 3 = 48; evaluations:
  /// 3 states of each, 2 attacked models, and the model as it is once for both seeds.
  @Test func counts() throws {
    let plan = try fixture.plan(SweepFixture.text)
    #expect(counts(plan) == [2, 0, 48, 48 * 3 + 2 + 1])
    let base = plan.cells(of: .evaluation).filter { $0.labels.count > 1 }
    #expect(
      base.map { $0.labels.map(\.path) } == [["evaluation/tiny/none/1", "evaluation/tiny/none/2"]])
    #expect(Set(plan.cells.map(\.identity)).count == plan.cells.count)
    // What a cell reads stands before it.
    var known: Set<String> = []
    for cell in plan.cells {
      #expect(known.isSuperset(of: cell.dependencies))
      known.insert(cell.identity)
    }
  }

  @Test func labels() throws {
    let plan = try fixture.plan(SweepFixture.text)
    let labels = Set(plan.cells.flatMap(\.labels).map(\.path))
    for path in [
      "attack/tiny/identity/2", "recovery/tiny/identity/1/own,index=0/rank=4",
      "recovery/tiny/none/2/random,index=1/rank=16",
      "evaluation/tiny/identity/1/own,index=0/rank=4/step=2",
      "evaluation/tiny/identity/1/own,index=0/rank=4/end",
    ] {
      #expect(labels.contains(path), "\(path)")
    }
  }

  /// The state after the last step is the end, and evaluated once.
  @Test func savedLastStep() throws {
    let text = SweepFixture.text.replacing("save-steps: [2, 4]", with: "save-steps: [2, 6]")
    #expect(counts(try fixture.plan(text)) == [2, 0, 48, 48 * 2 + 3])
  }

  @Test func excludeAndInclude() throws {
    let exclude = "exclude: [{subspace: random, index: [1]}, {attack: none}]\n"
    #expect(counts(try fixture.plan(SweepFixture.text + exclude)) == [2, 0, 18, 18 * 3 + 2])
    let include = "include: [{rank: 4, seed: 2}]\n"
    #expect(counts(try fixture.plan(SweepFixture.text + include)) == [1, 0, 8, 8 * 3 + 2])
  }

  @Test func spectraAreMadeOnceForAllRanks() throws {
    let text = SweepFixture.text.replacing("[own, random]", with: "spectra")
      .replacing(
        "recoveries:",
        with: "spectra: {examples: safety.jsonl, control: [a, b], rank: 8}\nrecoveries:")
    let plan = try fixture.plan(text)
    // The model as it is has the same spectra for both seeds.
    #expect(counts(plan) == [2, 3, 24, 24 * 3 + 3])
    let spectra = Set(plan.cells(of: .spectra).map(\.identity))
    #expect(
      plan.cells(of: .recovery).allSatisfy { cell in
        cell.dependencies.contains { spectra.contains($0) }
      })
  }

  @Test func words() throws {
    let plan = try fixture.plan(SweepFixture.text)
    let attack = plan.cells(of: .attack)[0]
    #expect(
      attack.arguments.words { $0 } == [
        "--model=\(fixture.folder.path)/tiny", "--examples=\(fixture.folder.path)/attack.jsonl",
        "--method=full", "--epochs=5", "--seed=1",
      ])
    let evaluation = try #require(
      plan.cells.first { $0.label == "evaluation/tiny/identity/1/own,index=0/rank=1/step=2" })
    let recovery = try #require(
      plan.cells.first { $0.label == "recovery/tiny/identity/1/own,index=0/rank=1" })
    #expect(
      evaluation.arguments.words { "CELLS/\($0)" } == [
        "--model=CELLS/\(attack.identity)/output",
        "--adapter=CELLS/\(recovery.identity)/output/step-2",
        "--harmful=\(fixture.folder.path)/harmful.jsonl",
        "--benign=\(fixture.folder.path)/harmless.jsonl", "--max-new-tokens=28",
      ])
    #expect(recovery.arguments.words { _ in "" }.contains("--save-steps=2,4"))
  }

  /// A merged model takes the place of the model, an adapter goes on top of it.
  @Test func adaptersOfAttacks() throws {
    let text = SweepFixture.text.replacing("{model: tiny}", with: "{model: tiny, adapter: [tiny]}")
    for (method, flags) in [("full", ["model"]), ("lora", ["model", "adapter", "adapter"])] {
      let plan = try fixture.plan(text.replacing("method: full", with: "method: \(method)"))
      let cell = try #require(plan.cells.first { $0.label == "evaluation/tiny/identity/1" })
      #expect(
        cell.arguments.map(\.flag.name).filter { $0 == "model" || $0 == "adapter" } == flags)
    }
  }

  @Test func axesOfAttacksAreNamed() throws {
    let text = SweepFixture.text.replacing("epochs: 5", with: "epochs: [1, 5]")
    let plan = try fixture.plan(text)
    #expect(
      plan.cells(of: .attack).map(\.label) == [
        "attack/tiny/identity,epochs=1/1", "attack/tiny/identity,epochs=5/1",
        "attack/tiny/identity,epochs=1/2", "attack/tiny/identity,epochs=5/2",
      ])
  }

  @Test func shares() throws {
    let plan = try fixture.plan(SweepFixture.text)
    let shares = (0..<5).map { plan.cells.share($0, of: 5).map(\.identity) }
    #expect(shares.flatMap { $0 }.count == plan.cells.count)
    #expect(Set(shares.flatMap { $0 }) == Set(plan.cells.map(\.identity)))
  }

  @Test func patternsAndWhatTheyNeed() throws {
    let plan = try fixture.plan(SweepFixture.text)
    let chosen = plan.cells.filter { $0.matches("evaluation/tiny/identity/1/own*/rank=4/end") }
    #expect(chosen.count == 2)
    let closure = plan.closure(of: Set(chosen.map(\.identity)))
    #expect(closure.map(\.stage) == [.attack, .recovery, .recovery, .evaluation, .evaluation])
  }

  @Test func checksCoverEveryValue() throws {
    let plan = try fixture.plan(SweepFixture.text)
    let checks = ValueChecks(plan)
    #expect(checks.cells.count < 70)
    for stage in SweepStage.allCases {
      let all = Set(plan.cells(of: stage).flatMap { $0.arguments.words { _ in "" } })
      let covered = Set(
        checks.cells.filter { $0.stage == stage }.flatMap { $0.arguments.words { _ in "" } })
      #expect(covered == all)
    }
    let cell = try #require(checks.cells.first { $0.stage == .recovery })
    let error = checks.refusal(
      "error: the value 'x' is invalid for '--rank <rank>' (see recover-safety --help)\n", of: cell)
    #expect(error.place == SweepPlace(line: 9, column: 76))
    #expect(
      error.description.hasSuffix("recover-safety: the value 'x' is invalid for '--rank <rank>'"))
  }
}

/// When two cells are one.
@Suite struct CellIdentityTests {
  let fixture: SweepFixture

  init() throws { fixture = try SweepFixture() }

  private func identities(_ text: String, version: String = "1.0.0") throws -> Set<String> {
    Set(try fixture.plan(text, version: version).cells.map(\.identity))
  }

  /// Order of keys, white space, ways to write a number, defaults, and what changes no result.
  @Test(arguments: [
    ("method: full, epochs: 5", "epochs: 5, method: full"),
    ("method: full, epochs: 5", "method:   'full',   epochs: 05"),
    ("steps: 6", "steps: 6, threads: 3, memory-limit: 4GB"),
    ("steps: 6", "steps: \"6\""), ("{model: tiny}", "{model: ./tiny}"),
    ("epochs: 5", "epochs: 5, learning-rate: 0.00002"), ("[own, random]", "[random, own]"),
    ("seeds: [1, 2]", "seeds: [2, 1]"), ("none: {}", "none:"), ("name: ranks", "name: other"),
  ]) func same(_ text: String, _ other: String) throws {
    #expect(SweepFixture.text.contains(text))
    #expect(
      try identities(SweepFixture.text)
        == identities(SweepFixture.text.replacing(text, with: other)))
  }

  @Test(arguments: [
    ("epochs: 5", "epochs: 4"), ("max-new-tokens: 28", "max-new-tokens: 29"),
    ("[harmful.jsonl]", "[other.jsonl]"), ("steps: 6", "steps: 7"),
    ("seeds: [1, 2]", "seeds: [3, 4]"),
    ("attack.jsonl", "attack.jsonl:1"), ("steps: 6", "steps: 6, allow-other-model: true"),
  ]) func different(_ text: String, _ other: String) throws {
    #expect(SweepFixture.text.contains(text))
    #expect(
      try identities(SweepFixture.text)
        != identities(SweepFixture.text.replacing(text, with: other)))
  }

  @Test func content() throws {
    let before = try fixture.plan(SweepFixture.text)
    // Another name for the same examples is the same; another content is not, nor is what follows from it.
    try fixture.folder.write("{\"prompt\": \"attack.jsonl\"}\n", to: "renamed.jsonl")
    let renamed = SweepFixture.text.replacing("attack.jsonl", with: "renamed.jsonl")
    #expect(Set(before.cells.map(\.identity)) == (try identities(renamed)))
    try fixture.folder.write("{\"prompt\": \"changed\"}\n", to: "attack.jsonl")
    let after = try identities(SweepFixture.text)
    let kept = before.cells.filter { after.contains($0.identity) }
    #expect(kept.allSatisfy { $0.labels[0].attack == "none" })
    #expect(!kept.isEmpty)
    #expect(after.count == before.cells.count)
    // Sets of prompts have their names in the results.
    try fixture.folder.write("{\"prompt\": \"harmful.jsonl\"}\n", to: "renamed.jsonl")
    let set = SweepFixture.text.replacing(
      "harmful: [harmful.jsonl]", with: "harmful: [renamed.jsonl]")
    #expect(try identities(set) != after)
  }

  @Test func version() throws {
    let first = try identities(SweepFixture.text, version: "1.0.0")
    #expect(first.isDisjoint(with: try identities(SweepFixture.text, version: "1.0.1")))
  }

  /// A file that was changed is read again, one that was not is not.
  @Test func rememberedDigests() throws {
    let file = fixture.folder.file("hashes.json")
    let path = try fixture.folder.write("first", to: "data")
    let hashes = ContentHashes(rememberedIn: file)
    let first = try hashes.sha256(of: path)
    #expect(first == "a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e")
    hashes.save()
    try fixture.folder.write("other", to: "data")
    #expect(try ContentHashes(rememberedIn: file).sha256(of: path) != first)
    try fixture.folder.write(
      "{\"format\": \"suture-hashes\", \"files\": {\"a\": 1}, ", to: "hashes.json")
    #expect(try ContentHashes(rememberedIn: file).sha256(of: path) != first)
  }
}
