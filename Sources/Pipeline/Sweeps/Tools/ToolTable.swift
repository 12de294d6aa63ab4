/// The four tools that the cells of a sweep run.
package struct ToolTable: Sendable {
  private let tools: [SweepStage: ToolFlags]

  package init(_ tools: [SweepStage: ToolFlags]) { self.tools = tools }

  /// The tool of a stage.
  package subscript(stage: SweepStage) -> ToolFlags {
    tools[stage] ?? ToolFlags(tool: stage.tool, version: "", flags: [])
  }
}

/// A stage of a sweep; a cell belongs to one.
package enum SweepStage: String, CaseIterable, Sendable, Comparable {
  case attack, spectra, recovery, evaluation

  /// The executable.
  package var tool: String {
    switch self {
    case .attack: "fine-tune"
    case .spectra: "compute-gradients"
    case .recovery: "recover-safety"
    case .evaluation: "evaluate-safety"
    }
  }

  /// Its key in a sweep file.
  package var key: String {
    switch self {
    case .attack: "attacks"
    case .spectra: "spectra"
    case .recovery: "recoveries"
    case .evaluation: "evaluation"
    }
  }

  /// Where the tool writes.
  package var outputFlag: String { self == .spectra ? "spectra" : "output" }

  private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  package static func < (left: SweepStage, right: SweepStage) -> Bool { left.order < right.order }
}
