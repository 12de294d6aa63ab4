import Failures
import Sweeps
import Testing

/// Sweeps that cannot be meant, and the one line that says why and where.
@Suite struct SweepFileTests {
  let fixture: SweepFixture

  init() throws { fixture = try SweepFixture() }

  @Test func wholeFile() {
    #expect(fixture.complaint(SweepFixture.text) == "")
  }

  @Test(arguments: [
    // unknown keys
    (
      "steps: 6", "stepz: 6",
      "sweep.yaml:9:87: unknown key 'stepz' of recoveries[0]; did you mean 'steps'?"
    ),
    (
      "seeds:", "seed:", "sweep.yaml:2:1: unknown key 'seed' of a sweep file; did you mean 'seeds'?"
    ),
    ("epochs: 5", "epoch: 5", "unknown key 'epoch' of attacks.identity; did you mean 'epochs'?"),
    ("{model: tiny}", "{model: tiny, rank: 4}", "sweep.yaml:4:23: unknown key 'rank' of models"),
    ("max-new-tokens", "max_new_tokens", "did you mean 'max-new-tokens'?"),
    ("epochs: 5", "xyzzy: 5", "unknown key 'xyzzy' of attacks.identity"),
    // keys that are set elsewhere
    ("steps: 6", "output: x", "'output' of recoveries[0] is set by sweep-ranks"),
    ("steps: 6", "seed: 1", "'seed' of recoveries[0] is set by seeds"),
    ("steps: 6", "model: tiny", "'model' of recoveries[0] is set by models"),
    ("epochs: 5", "force: true", "'force' of attacks.identity is set by sweep-ranks"),
    // missing keys and stages
    ("models:\n  tiny: {model: tiny}\n", "", "sweep.yaml:1:1: the file has no 'models'"),
    ("{model: tiny}", "{adapter: tiny}", "models.tiny has no 'model'"),
    ("example: safety.jsonl, ", "", "sweep.yaml:9:5: recoveries[0] has no 'example'"),
    (
      "[own, random]", "spectra",
      "sweep.yaml:9:54: 'subspace' is 'spectra', but the file has no 'spectra'"
    ),
    // wrong kinds
    ("rank: [1, 4, 16]", "rank: {a: 1}", "'rank' must be a single value, and is a map"),
    ("rank: [1, 4, 16]", "rank: [1, [4]]", "'rank' must be a single value, and is a list"),
    ("rank: [1, 4, 16]", "rank: ", "'rank' must be a single value, and is empty"),
    ("steps: 6", "allow-other-model: maybe", "must be true or false, and is maybe"),
    ("seeds: [1, 2]", "seeds: [1, x]", "sweep.yaml:2:12: 'seeds' is 'x', allowed: whole numbers"),
    ("seeds: [1, 2]", "seeds: [1, 1]", "'seeds' is '1', allowed: whole numbers from 0, each once"),
    ("seeds: [1, 2]", "seeds: [-1]", "'seeds' is '-1'"),
    ("{model: tiny}", "{model: [tiny, tiny2]}", "each model has its own name"),
    ("max-new-tokens: 28", "max-new-tokens: [28, 64]", "all models are treated alike"),
    ("none: {}", "none: {epochs: 1}", "it leaves the model as it is"),
    ("tiny: {model: tiny}", "ti/ny: {model: tiny}", "'models' is 'ti/ny', allowed: a name without"),
    // empty grids and values that stand there twice
    (
      "rank: [1, 4, 16]", "rank: []",
      "sweep.yaml:9:75: 'rank' is an empty list: nothing would be done"
    ),
    ("seeds: [1, 2]", "seeds: []", "'seeds' is an empty list"),
    ("rank: [1, 4, 16]", "rank: [4, 04]", "'rank' is '04', allowed: each value once"),
    ("  tiny: {model: tiny}\n", "  {}\n", "'models' is an empty list"),
    // inputs
    (
      "{model: tiny}", "{model: missing.gguf}",
      "sweep.yaml:4:17: 'model': missing.gguf: no such file or folder, nor a model"
    ),
    ("safety.jsonl", "unsafety.jsonl", "'example': unsafety.jsonl: no such file or folder"),
    ("[own, random]", "[own, rnd]", "'subspace': rnd: no such file or folder"),
    ("{model: tiny}", "{model: attack.jsonl}", "'model': attack.jsonl: "),
  ]) func mistake(_ text: String, _ mistake: String, _ message: String) {
    #expect(SweepFixture.text.contains(text))
    let complaint = fixture.complaint(SweepFixture.text.replacing(text, with: mistake))
    #expect(complaint.contains(message), "\(complaint)")
    #expect(!complaint.contains("\n"))
  }

  @Test(arguments: [
    ("exclude: [{subspace: rnd}]", "'subspace' is 'rnd', allowed: own, random"),
    ("exclude: [{subspaces: own}]", "unknown key 'subspaces' of exclude; did you mean 'subspace'?"),
    ("exclude: [{model: tinny}]", "sweep.yaml:11:19: 'model' is 'tinny', allowed: tiny"),
    ("exclude: [{}]", "'exclude' is an empty list"),
    ("include: [{model: tiny}]\nexclude: [{model: tiny}]", "exclude and include leave no cell"),
    ("slurm: {partitions: x}", "unknown key 'partitions' of slurm; did you mean 'partition'?"),
    ("slurm: {tasks: 0}", "'tasks' is '0', allowed: 1 to 100000"),
    ("slurm: {options: [x]}", "'options' is 'x', allowed: options of sbatch"),
  ]) func addition(_ line: String, _ message: String) {
    let complaint = fixture.complaint(SweepFixture.text + line + "\n")
    #expect(complaint.contains(message), "\(complaint)")
  }

  @Test(.timeLimit(.minutes(1))) func aMillionCells() {
    let ranks = (1...1000).map { "\($0)" }.joined(separator: ", ")
    let seeds = (1...100).map { "\($0)" }.joined(separator: ", ")
    let text = SweepFixture.text.replacing("[1, 4, 16]", with: "[\(ranks)]")
      .replacing("seeds: [1, 2]", with: "seeds: [\(seeds)]")
    let complaint = fixture.complaint(text)
    #expect(
      complaint
        == "sweep.yaml:9:69: 3200400 cells, more than 100000; the largest list is 'rank' with "
        + "1000 values")
  }

  /// No list of them is made.
  @Test(.timeLimit(.minutes(1))) func moreCellsThanMemoryHolds() {
    func axis(_ key: String) -> String {
      "\(key): [\((1...1000).map { "\($0)" }.joined(separator: ", "))]"
    }
    let axes = ["index", "rank", "steps", "step-size"].map(axis).joined(separator: ", ")
    let text = SweepFixture.text.replacing(
      "index: [0, 1], subspace: [own, random], rank: [1, 4, 16], steps: 6, save-steps: [2, 4]",
      with: "subspace: own, \(axes)")
    let complaint = fixture.complaint(text)
    #expect(complaint.contains("cells, more than 100000; the largest list is "), "\(complaint)")
  }

  @Test func missingInputHasItsOwnExitCode() throws {
    let error = #expect(throws: SweepError.self) {
      _ = try fixture.plan(SweepFixture.text.replacing("tiny}", with: "nowhere}"))
    }
    #expect(error?.kind == .inputMissing)
  }
}
