import OrderedJSON
import Sweeps
import TestSupport

/// A folder with inputs, and the flags of four tools, cut down to what the tests use.
struct SweepFixture {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for name in ["config.json", "model.safetensors"] {
      try folder.copy("models/llama/\(name)", to: "tiny/\(name)")
    }
    for name in ["attack.jsonl", "safety.jsonl", "harmful.jsonl", "harmless.jsonl", "other.jsonl"] {
      try folder.write("{\"prompt\": \"\(name)\"}\n", to: name)
    }
  }

  private static let shared = [
    ToolFlag(name: "model", isOptional: false, valueName: "model"),
    ToolFlag(name: "adapter", isRepeating: true, valueName: "folder"),
    ToolFlag(name: "chat-template", valueName: "name|file"),
    ToolFlag(name: "memory-limit", valueName: "size"),
    ToolFlag(name: "output", valueName: "path"),
    ToolFlag(name: "force", takesValue: false),
    ToolFlag(name: "threads", valueName: "count"),
    ToolFlag(name: "seed", valueName: "number", defaultValue: "0"),
    ToolFlag(name: "quiet", takesValue: false), ToolFlag(name: "json", takesValue: false),
  ]

  /// The tools, which say that they have a version.
  static func tools(version: String = "1.0.0") -> ToolTable {
    let own: [SweepStage: [ToolFlag]] = [
      .attack: [
        ToolFlag(name: "examples", isRepeating: true, valueName: "file[:count]"),
        ToolFlag(name: "method", isOptional: false, valueName: "method"),
        ToolFlag(name: "epochs", valueName: "count", defaultValue: "3"),
        ToolFlag(name: "learning-rate", valueName: "rate", defaultValue: "2e-05"),
        ToolFlag(name: "save", valueName: "adapter|merged"),
      ],
      .spectra: [
        ToolFlag(name: "examples", valueName: "file"),
        ToolFlag(name: "control", isRepeating: true, valueName: "name"),
        ToolFlag(name: "spectra", valueName: "path"), ToolFlag(name: "rank", valueName: "count"),
      ],
      .recovery: [
        ToolFlag(name: "example", isOptional: false, valueName: "file"),
        ToolFlag(name: "index", valueName: "index", defaultValue: "0"),
        ToolFlag(
          name: "subspace", isOptional: false,
          valueName: "own|flat|random|complement|lora|full|file"),
        ToolFlag(name: "rank", valueName: "rank", defaultValue: "16"),
        ToolFlag(name: "steps", valueName: "count"),
        ToolFlag(name: "step-size", valueName: "length"),
        ToolFlag(name: "save-steps", valueName: "list"),
        ToolFlag(name: "save", valueName: "adapter|merged"),
        ToolFlag(name: "allow-other-model", takesValue: false),
        ToolFlag(name: "avoid", valueName: "file"),
      ],
      .evaluation: [
        ToolFlag(name: "harmful", isRepeating: true, valueName: "file"),
        ToolFlag(name: "benign", isRepeating: true, valueName: "file"),
        ToolFlag(name: "max-new-tokens", valueName: "count", defaultValue: "64"),
        ToolFlag(name: "prefill", valueName: "text"),
        ToolFlag(name: "reference", valueName: "model"),
        ToolFlag(name: "reference-adapter", isRepeating: true, valueName: "folder"),
      ],
    ]
    return ToolTable(
      own.reduce(into: [:]) { tools, entry in
        tools[entry.key] = ToolFlags(
          tool: entry.key.tool, version: version, flags: shared + entry.value)
      })
  }

  /// A file whose cells the tests count: two models would be `models`, and so on.
  static let text = """
    name: ranks
    seeds: [1, 2]
    models:
      tiny: {model: tiny}
    attacks:
      none: {}
      identity: {examples: attack.jsonl, method: full, epochs: 5}
    recoveries:
      - {example: safety.jsonl, index: [0, 1], subspace: [own, random], rank: [1, 4, 16], steps: 6, save-steps: [2, 4]}
    evaluation: {harmful: [harmful.jsonl], benign: [harmless.jsonl], max-new-tokens: 28}

    """

  /// Plans a text.
  func plan(
    _ text: String, version: String = "1.0.0", hashes: ContentHashes? = nil
  ) throws -> SweepPlan {
    let path = try folder.write(text, to: "sweep.yaml")
    let tools = Self.tools(version: version)
    return try SweepPlan(
      try SweepFile(reading: path, tools: tools), tools: tools,
      hashes: hashes ?? ContentHashes(rememberedIn: nil))
  }

  /// What is said of a text, without the folder.
  func complaint(_ text: String) -> String {
    do {
      _ = try plan(text)
      return ""
    } catch {
      return "\(error)".replacing(folder.path + "/", with: "")
    }
  }
}
