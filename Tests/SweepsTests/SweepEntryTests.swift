import Sweeps
import Testing

/// Entries of a stage that have names and are for a part of the sweep.
@Suite struct SweepEntryTests {
  let fixture: SweepFixture

  init() throws { fixture = try SweepFixture() }

  private static let text = """
    seeds: [1, 2]
    models:
      tiny: {model: tiny, adapter: [tiny]}
    attacks:
      identity: {examples: attack.jsonl, method: full}
      small: {examples: "attack.jsonl:1", method: lora}
    spectra:
      - {name: safety, examples: safety.jsonl, rank: 8, when: {seed: 1}}
      - {name: refusing, examples: other.jsonl, rank: 8, when: {attack: identity}}
    recoveries:
      - {name: own, example: safety.jsonl, index: [0, 1], subspace: own, rank: [1, 4], steps: 6, save-steps: [2], when: {attack: identity}}
      - {name: init, example: safety.jsonl, subspace: "init-spectra:safety", steps: 6, when: {seed: 1}}
      - {name: avoid, example: safety.jsonl, subspace: own, avoid: "spectra:refusing", steps: 6, when: {seed: 1, attack: identity}}
    evaluation:
      - {harmful: [harmful.jsonl]}
      - {name: prefilled, harmful: [harmful.jsonl], prefill: Sure, when: {seed: 1, step: end, recovery: [own, avoid], rank: 4}}
      - {name: distance, harmful: [other.jsonl], reference: init, when: {recovery: init}}
      - {name: moved, harmful: [other.jsonl], reference: attacked, when: {recovery: init}}

    """

  private func labels(_ plan: SweepPlan, _ stage: SweepStage) -> [String] {
    plan.cells(of: stage).flatMap(\.labels).map(\.path)
  }

  /// Own: 2 seeds x 2 examples x 2 ranks; Init's subspace: 2 attacks; avoid: 1.
  @Test func recoveries() throws {
    let plan = try fixture.plan(Self.text)
    #expect(plan.cells(of: .recovery).count == 8 + 2 + 1)
    #expect(
      labels(plan, .recovery).filter { !$0.contains("/own,") } == [
        "recovery/tiny/identity/1/init/rank=16", "recovery/tiny/identity/1/avoid/rank=16",
        "recovery/tiny/small/1/init/rank=16",
      ])
    #expect(labels(plan, .recovery).contains("recovery/tiny/identity/2/own,index=1/rank=4"))
  }

  /// Those that entries ask for, and those that recoveries need: of the model before the attack once.
  @Test func spectra() throws {
    let plan = try fixture.plan(Self.text)
    #expect(
      Set(labels(plan, .spectra)) == [
        "spectra/tiny/identity/1/safety", "spectra/tiny/small/1/safety",
        "spectra/tiny/none/1/safety", "spectra/tiny/identity/1/refusing",
        "spectra/tiny/identity/2/refusing",
      ])
    let ofInit = try #require(plan.cells.first { $0.label == "spectra/tiny/none/1/safety" })
    for attack in ["identity", "small"] {
      let cell = try #require(
        plan.cells.first { $0.label == "recovery/tiny/\(attack)/1/init/rank=16" })
      #expect(cell.dependencies.contains(ofInit.identity))
    }
    #expect(ofInit.dependencies.isEmpty)
  }

  @Test func evaluations() throws {
    let plan = try fixture.plan(Self.text)
    let all = labels(plan, .evaluation)
    let prefilled = all.filter { $0.hasSuffix("/prefilled") }
    // Nothing contradicts the models before and after the attack.
    #expect(
      Set(prefilled) == [
        "evaluation/tiny/none/1/prefilled", "evaluation/tiny/identity/1/prefilled",
        "evaluation/tiny/small/1/prefilled",
        "evaluation/tiny/identity/1/own,index=0/rank=4/end/prefilled",
        "evaluation/tiny/identity/1/own,index=1/rank=4/end/prefilled",
      ])
    // Without a name: two states of own, one of the others, five models.
    #expect(all.filter { $0.last?.isLetter != true || $0.hasSuffix("/end") }.count == 16 + 3 + 6)
  }

  /// A flag that an entry leaves out has its default for conditions too; all weights have no rank.
  @Test func conditionsSeeDefaults() throws {
    func count(_ exclude: String) throws -> Int {
      let text = Self.text.replacing("subspace: own, avoid", with: "subspace: full, avoid")
      return try fixture.plan(text + exclude).cells(of: .recovery).count
    }
    #expect(try count("") == 11)
    #expect(try count("exclude: [{rank: 16}]\n") == 9)
    #expect(try count("exclude: [{index: 0}]\n") == 4)
  }

  /// What an evaluation compares with is named by the flags that name it, with adapters of its own.
  @Test func references() throws {
    let plan = try fixture.plan(Self.text)
    let tiny = "\(fixture.folder.path)/tiny"
    func words(_ label: String) throws -> [String] {
      let cell = try #require(plan.cells.first { $0.labels.contains { $0.path == label } })
      return cell.arguments.words { _ in "cell" }.filter { $0.hasPrefix("--reference") }
    }
    let recovered = "evaluation/tiny/small/1/init/rank=16/end"
    #expect(
      try words("\(recovered)/distance") == ["--reference=\(tiny)", "--reference-adapter=\(tiny)"])
    #expect(
      try words("\(recovered)/moved") == [
        "--reference=\(tiny)", "--reference-adapter=\(tiny)", "--reference-adapter=cell/output",
      ])
    #expect(
      try words("evaluation/tiny/identity/1/init/rank=16/end/moved") == [
        "--reference=cell/output"
      ])
  }

  @Test(arguments: [
    ("name: avoid", "name: own", "sweep.yaml:13:6: 'name' is 'own', allowed: another name"),
    ("name: moved", "name: distance", "'name' is 'distance', allowed: another name"),
    ("name: moved, ", "", "'name' is '', allowed: another name for each of 'evaluation'"),
    ("name: moved", "name: a/b", "'name' is 'a/b', allowed: a name without"),
    ("name: moved", "name: [a]", "'name' must be a single value, and is a list"),
    ("when: {seed: 1}}", "when: {seed: 3}}", "'seed' is '3', allowed: 1, 2"),
    ("{seed: 1, attack: identity}", "{sead: 1}", "unknown key 'sead' of when; did you mean 'seed'"),
    ("{seed: 1, attack: identity}", "{}", "'when' is an empty list"),
    ("step: end", "step: 3", "'step' is '3', allowed: 2, end"),
    ("recovery: init}", "recovery: inti}", "'recovery' is 'inti', allowed: avoid, init, own"),
    (
      "spectra:refusing", "spectra:refuse",
      "'avoid' is 'spectra:refuse', allowed: spectra:safety, spectra:refusing"
    ),
    (
      "\"init-spectra:safety\"", "init-spectra",
      "'subspace' is 'init-spectra', allowed: init-spectra:safety, init-spectra:refusing"
    ),
  ]) func mistakes(_ text: String, _ mistake: String, _ message: String) {
    #expect(Self.text.contains(text))
    let complaint = fixture.complaint(Self.text.replacing(text, with: mistake))
    #expect(complaint.contains(message), "\(complaint)")
    #expect(!complaint.contains("\n"))
  }
}
