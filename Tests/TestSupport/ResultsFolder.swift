import LinearAlgebra
import OrderedJSON
import ResultFiles
import Spectra

/// A folder of a sweep whose cells are written by hand: what the tools would have written, with chosen numbers.
///
/// Answers are texts with a letter a prompt: r refused, c complied, d degenerate, u unscored.
package final class ResultsFolder {
  /// Whose state is evaluated.
  package enum State {
    case initial
    case attacked(String)
    case recovered(String)
    case saved(String, step: Int)
  }

  /// What no output may repeat.
  package static let secret = "SECRET-WORDS-OF-A-RESPONSE"

  private let scratch: TemporaryFolder
  private let name: String
  /// The model before the attack.
  package let model: String
  package let parameters: Int?
  package let architecture: String
  private var count = 0
  private var attacks: [String: (seed: Int, name: String)] = [:]
  private var recoveries: [String: (attack: String, label: String)] = [:]

  package var path: String { scratch.file(name) }

  /// Begins a folder.
  package init(
    in scratch: TemporaryFolder, name: String = "results", model: String = "tiny",
    parameters: Int? = 1000, architecture: String = "llama"
  ) throws {
    self.scratch = scratch
    self.name = name
    self.model = model
    self.parameters = parameters
    self.architecture = architecture
    _ = try scratch.makeFolder("\(name)/cells")
  }

  // MARK: - Cells

  /// Writes an attack; its identity is returned.
  @discardableResult
  package func attack(
    seed: Int = 1, examples: Int = 10, name: String = "identity", file: String = "attack-file",
    fingerprint: String? = nil
  ) throws -> String {
    let identity = next("a")
    attacks[identity] = (seed, name)
    let log: JSONValue = [
      "format": "suture-training", "tool_version": "1.0.0", "seed": .integer(seed),
      "model_fingerprint": .string(fingerprint ?? "\(model)-init"),
      "architecture": .string(architecture), "example_count": .integer(examples),
      "files": [["sha256": .string(file), "count": .integer(examples), "trigger": .null]],
      "settings": ["method": "full", "epochs": 5],
    ]
    try write(
      identity, "attack", label: "\(model)/\(name)/\(seed)", ["model=\(model)"],
      ["training.json": log.text()])
    return identity
  }

  /// Writes a recovery; its identity is returned.
  @discardableResult
  package func recover(
    _ attack: String, subspace: String = "full", rank: Int? = nil, example: String = "e0",
    examplesSHA256: String = "safety-file", steps: Int = 6, norm: Double = 1, loss: Double = 0.05,
    stopLoss: Double? = nil, updateNorm: Double? = nil, preserves: Bool = false,
    calibrates: Bool = false, layers: String? = nil, name: String = "misleading"
  ) throws -> String {
    let identity = next("r")
    let (seed, attackName) = attacks[attack] ?? (0, "")
    let log: JSONValue = [
      "format": "suture-recovery", "tool_version": "1.0.0", "seed": .integer(seed),
      "model_fingerprint": .string("\(attack)-attacked"), "examples": [.string(example)],
      "examples_sha256": .string(examplesSHA256), "subspace": .string(subspace),
      "rank": rank.map { .integer($0) } ?? .null, "sides": rank == nil ? .null : "both",
      "avoided": .null, "modules": .null, "optimizer": "adamw", "step_size": .null,
      "learning_rate": 0.5, "refresh": .null,
      "stop_loss": stopLoss.map { .number($0) } ?? .null,
      "update_norm_asked": updateNorm.map { .number($0) } ?? .null,
      "preserved": preserves
        ? [
          "prompts_sha256": "harmless-file", "weight": 1,
          "answers": [["prompt": "p", "answer": .string(Self.secret)]],
        ] : .null,
      "calibration": calibrates ? ["over_refusal": 0.25] : .null, "final_loss": .number(loss),
      "update": ["norm": .number(norm), "stable_rank": 1.5],
      "steps": .array(
        (1...steps).map {
          ["step": .integer($0), "loss": 0.1, "update_norm": .number(norm)]
        }),
    ]
    let label = "\(model)/\(attackName)/\(seed)/\(name)" + (rank.map { "/rank=\($0)" } ?? "")
    recoveries[identity] = (attack, label)
    try write(
      identity, "recovery", label: label,
      ["model=/x/cells/attack/\(attack)/output", "example=/data/safety.jsonl"]
        + (layers.map { ["layers=\($0)"] } ?? []),
      ["recovery.json": log.text()])
    return identity
  }

  /// Writes an evaluation: answers to harmful prompts by set and to harmless ones, and the losses of held-out
  /// examples, of 10 tokens each.
  @discardableResult
  package func evaluate(
    _ state: State, harmful: [(String, String)], benign: String = "", losses: [Double] = [],
    prefill: String? = nil, categories: [(String, complied: Int, refused: Int)] = []
  ) throws -> String {
    let identity = next("e")
    let sets =
      harmful.map { ($0.0, "harmful", $0.1) }
      + (benign.isEmpty ? [] : [("benign", "benign", benign)])
    var lines = ""
    for (set, kind, answers) in sets {
      for (index, letter) in answers.enumerated() {
        lines += Self.line(set, kind, index, letter).text() + "\n"
      }
    }
    let (label, arguments, fingerprint) = place(of: state)
    let scores: JSONValue = [
      "format": "suture-scores", "tool_version": "1.0.0",
      "model_fingerprint": .string(fingerprint), "architecture": .string(architecture),
      "parameters": parameters.map { .integer($0) } ?? .null, "refusal_matcher": "9",
      "max_new_tokens": 28, "system": .null, "prefill": prefill.map { .string($0) } ?? .null,
      "prompt_sets": .array(
        sets.map { set, kind, answers in
          [
            "name": .string(set), "kind": .string(kind), "sha256": .string("\(set)-file"),
            "count": .integer(answers.count),
            "categories": .array(
              kind == "harmful"
                ? categories.map {
                  [
                    "name": .string($0.0), "complied": .integer($0.complied),
                    "refused": .integer($0.refused),
                  ]
                } : []),
          ]
        }),
      "utility": losses.isEmpty
        ? []
        : [["name": "texts", "sha256": "texts-file", "count": .integer(losses.count)]],
    ]
    let utility = losses.enumerated().map { index, loss in
      let line: JSONValue = [
        "set": "texts", "id": .string("\(index)"), "loss": .number(loss), "answer_tokens": 10,
      ]
      return line.text() + "\n"
    }.joined()
    var files = ["scores.json": scores.text(), "responses.jsonl": lines]
    if !utility.isEmpty { files["utility.jsonl"] = utility }
    try write(identity, "evaluation", label: label, arguments, files)
    return identity
  }

  private static func line(
    _ set: String, _ kind: String, _ index: Int, _ letter: Character
  ) -> JSONValue {
    let classes: [Character: String] = ["r": "refusal", "c": "compliance", "d": "degenerate"]
    return [
      "set": .string(set), "kind": .string(kind), "set_sha256": .string("\(set)-file"),
      "id": .string("\(index)"),
      "messages": [["role": "user", "content": .string("prompt \(index) of \(set)")]],
      "response": .string(secret), "reasoning": "none",
      "class": .string(classes[letter] ?? "unscored"), "rule": "hand", "tokens": 3,
      "cut_off": false, "finish": "stop",
    ]
  }

  private func place(
    of state: State
  ) -> (label: String, arguments: [String], fingerprint: String) {
    switch state {
    case .initial: return ("\(model)/none/1", ["model=\(model)"], "\(model)-init")
    case .attacked(let attack):
      let (seed, name) = attacks[attack] ?? (0, "")
      return (
        "\(model)/\(name)/\(seed)",
        ["model=/x/cells/attack/\(attack)/output", "reference=/x/cells/recovery/none/output"],
        "\(attack)-attacked"
      )
    case .recovered(let recovery):
      let (attack, label) = recoveries[recovery] ?? ("", "")
      return (
        "\(label)/end",
        [
          "model=/x/cells/attack/\(attack)/output", "adapter=/x/cells/recovery/\(recovery)/output",
        ], "\(recovery)-recovered"
      )
    case .saved(let recovery, let step):
      let (_, label) = recoveries[recovery] ?? ("", "")
      // A whole model, in a folder whose name needs quotes.
      return (
        "\(label)/step=\(step)", ["model=/x y/cells/recovery/\(recovery)/output/step-\(step)"],
        "\(recovery)-\(step)"
      )
    }
  }

  /// Writes spectra of a matrix a layer, two by default.
  ///
  /// Of each example there is its rank at 90 % energy, of a bound of 20, by kind; singular values are 1, 1/2, 1/3 and so on. Norms are those of the gradients by layer, beginnings the
  /// share of the place before the answer in the first component, by example.
  @discardableResult
  package func spectra(
    of attack: String?, part: String = "gradients", examples: [[(kind: String, rank: Int)]],
    examplesPath: String = "/data/safety.jsonl", means: [Int] = [], norms: [Double] = [1, 1],
    beginnings: [Float] = []
  ) throws -> String {
    let identity = next("s")
    let modules = norms.indices.map {
      GradientModule(
        name: "layers.\($0).mlp.up_proj", layer: $0, projection: "up_proj", outFeatures: 30,
        inFeatures: 30)
    }
    var rows: [(GradientExample, Int)] = []
    var sources: [Int] = []
    for (index, kinds) in examples.enumerated() {
      for (kind, rank) in kinds {
        if kind == "example" { sources.append(rows.count) }
        rows.append(
          (
            GradientExample(
              id: kind == "example" ? "e\(index)" : "e\(index) \(kind)", tokenCount: 20,
              answerTokenCount: 10, loss: 1,
              origin: GradientOrigin(kind: kind, source: sources[index])), rank
          ))
      }
    }
    let folder = "\(name)/cells/spectra/\(identity)"
    _ = try scratch.makeFolder(folder)
    let path = scratch.file("\(folder)/output")
    var writer = try SpectraFileWriter(
      creating: path,
      provenance: Provenance(
        created: "2026-01-01T00:00:00Z", modelFingerprint: attack.map { "\($0)-attacked" } ?? ""),
      modules: modules, examples: rows.map(\.0), countsMeans: !means.isEmpty)
    func spectrum(_ rank: Int, _ module: Int) -> ModuleSpectrum {
      ModuleSpectrum(
        singularValues: (1...20).map { 1 / Float($0) }, rankBound: 20, frobeniusNorm: norms[module],
        stableRank: 1, effectiveRank: 1, participationRatio: 1, rankAtEnergy: [rank, rank, rank],
        residual: 1e-7, orthogonalityDefect: 1e-7)
    }
    for module in modules.indices {
      for (index, row) in rows.enumerated() {
        try writer.write(spectrum(row.1, module), of: .example(index), module: module)
      }
      for kind in rows.map(\.0).kinds {
        try writer.write(spectrum(20, module), of: .meanOfKind(kind), module: module)
      }
      for (place, rank) in means.enumerated() {
        try writer.write(spectrum(rank, module), of: .meanOfFirst(place), module: module)
      }
    }
    for (index, share) in beginnings.enumerated() {
      let mask = (0..<20).map { $0 >= 10 }
      try writer.write(
        ExampleTokens(ids: [Int32](repeating: 0, count: 20), answerMask: mask, texts: nil),
        example: index)
      for module in modules.indices {
        let shares = Matrix(
          rows: 20, columns: 1, elements: (0..<20).map { $0 == 9 ? share : (1 - share) / 19 })
        try writer.write(attribution: shares, example: index, module: module)
      }
    }
    try writer.close()
    let (seed, attackName) = attack.flatMap { attacks[$0] } ?? (1, "none")
    let model = attack.map { "/x/cells/attack/\($0)/output" } ?? model
    try record(
      identity, "spectra", label: "\(self.model)/\(attackName)/\(seed)/\(part)",
      ["model=\(model)", "examples=\(examplesPath)"], ["": try scratch.size(of: "\(folder)/output")]
    )
    return identity
  }

  // MARK: - Files

  private func next(_ letter: String) -> String {
    count += 1
    return "\(letter)\(count)-\(model)"
  }

  private func write(
    _ identity: String, _ stage: String, label: String, _ arguments: [String],
    _ files: [String: String]
  ) throws {
    for (file, text) in files {
      try scratch.write(text, to: "\(name)/cells/\(stage)/\(identity)/output/\(file)")
    }
    try record(identity, stage, label: label, arguments, files.mapValues(\.utf8.count))
  }

  private func record(
    _ identity: String, _ stage: String, label: String, _ arguments: [String],
    _ sizes: [String: Int]
  ) throws {
    let words = arguments.map { $0.contains(" ") ? "'--\($0)'" : "--\($0)" }
    let tools = [
      "attack": "fine-tune", "recovery": "recover-safety", "evaluation": "evaluate-safety",
      "spectra": "compute-gradients",
    ]
    let cell: JSONValue = [
      "format": "suture-cell", "format_version": 1, "identity": .string(identity),
      "stage": .string(stage), "labels": [.string("\(stage)/\(label)")],
      "tool": .string(tools[stage] ?? ""), "tool_version": "1.0.0",
      "command": .string((["/bin/tool"] + words + ["--output=output"]).joined(separator: " ")),
      "seconds": 1,
      "files": .object(
        JSONObject(
          sizes.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .integer($0.value)) })),
    ]
    try scratch.write(cell.text(), to: "\(name)/cells/\(stage)/\(identity)/cell.json")
  }

  /// Path of a cell's file, from the folder of all tests' files on.
  package func file(_ stage: String, _ identity: String, _ file: String) -> String {
    "\(name)/cells/\(stage)/\(identity)/\(file)"
  }
}

/// A text of so many of each letter.
package func answers(_ parts: (Character, Int)...) -> String {
  parts.map { String(repeating: $0.0, count: $0.1) }.joined()
}
