import Checkpoints
import Failures
import Files
import Transformer

/// A plan as a tree for people: `--dry-run`.
package struct PlanTree {
  private let plan: SweepPlan
  private let status: SweepStatus
  private let store: CellStore
  private let jobs: Int

  package init(_ plan: SweepPlan, _ status: SweepStatus, _ store: CellStore, jobs: Int) {
    self.plan = plan
    self.status = status
    self.store = store
    self.jobs = jobs
  }

  /// The tree.
  package var text: String {
    let cells = status.stages.reduce(0) { $0 + $1.cells }
    let done = status.stages.reduce(0) { $0 + $1.done }
    var lines = ["\(plan.file.name): \(counted(cells, "cells")), \(done) done, in \(store.folder)"]
    for (index, stage) in status.stages.enumerated() {
      let isLast = index == status.stages.count - 1
      lines.append("\(isLast ? "└" : "├")─ \(summary(of: stage))")
      let branch = isLast ? "   " : "│  "
      let groups = groups(of: stage.stage)
      for (position, group) in groups.enumerated() {
        lines.append("\(branch)\(position == groups.count - 1 ? "└" : "├")─ \(group)")
      }
    }
    lines.append("time: \(time)")
    lines.append("memory: \(memory)")
    lines.append("disk: \(disk)")
    return lines.joined(separator: "\n") + "\n"
  }

  private func summary(of stage: SweepStatus.Stage) -> String {
    var parts = ["\(stage.stage.rawValue): \(counted(stage.cells, "cells")) of \(stage.stage.tool)"]
    if stage.shared > 0 { parts.append("\(stage.shared) more shared") }
    parts.append("\(stage.done) done")
    if stage.running > 0 { parts.append("\(stage.running) running") }
    if stage.failed > 0 { parts.append("\(stage.failed) failed") }
    if stage.absent > 0 { parts.append("\(stage.absent) not there") }
    parts.append("\(stage.missing) to do")
    if let seconds = stage.meanSeconds { parts.append("\(Self.rounded(seconds)) s each") }
    return parts.joined(separator: ", ")
  }

  /// Branches of a stage at most before recoveries that differ in their axes alone are one.
  private static let branchLimit = 30

  /// Cells by model, attack and recovery.
  private func groups(of stage: SweepStage) -> [String] {
    let all = groups(of: stage) { $0.name }
    if all.count <= Self.branchLimit { return all }
    return groups(of: stage) { String($0.name.prefix { $0 != "," }) }
  }

  private func groups(
    of stage: SweepStage, by recovery: (CellLabels.Recovery) -> String
  ) -> [String] {
    var order: [String] = []
    var counts: [String: (cells: Int, done: Int)] = [:]
    for cell in plan.cells(of: stage) {
      let labels = cell.labels[0]
      let name = ([labels.model, labels.attack] + (labels.recovery.map { [recovery($0)] } ?? []))
        .joined(separator: "/")
      if counts[name] == nil { order.append(name) }
      counts[name, default: (0, 0)].cells += 1
      if status.done[cell.identity] != nil { counts[name]?.done += 1 }
    }
    return order.map { name in
      let (cells, done) = counts[name] ?? (0, 0)
      return "\(name): \(cells)" + (done > 0 ? ", \(done) done" : "")
    }
  }

  // MARK: - Estimates

  private var time: String {
    var seconds = 0.0
    var unknown: [String] = []
    for stage in status.stages where stage.missing > 0 {
      guard let mean = stage.meanSeconds else {
        unknown.append(stage.stage.rawValue)
        continue
      }
      seconds += mean * Double(stage.missing) / Double(jobs)
    }
    let known = seconds > 0 ? "about \(Self.clock(seconds)) with \(counted(jobs, "jobs"))" : ""
    if unknown.isEmpty { return known.isEmpty ? "nothing to do" : known }
    let rest = "unknown for \(unknown.joined(separator: ", ")) until a first cell of it is done"
    return known.isEmpty ? rest : "\(known); \(rest)"
  }

  /// Parameters of the largest model, from the headers of its files.
  private var parameters: Int? {
    var largest: Int?
    for path in Set(plan.cells.flatMap(\.models)) {
      guard let checkpoint = try? Checkpoint(opening: path) else { continue }
      let count = checkpoint.tensorNames.reduce(0) { sum, name in
        sum + (checkpoint.descriptor(of: name)?.shape.reduce(1, *) ?? 0)
      }
      largest = max(largest ?? 0, count)
    }
    return largest
  }

  private var memory: String {
    let measured = status.stages.map(\.peakMemory).max() ?? 0
    if measured > 0 {
      return "\(Self.bytes(Double(measured))) at most in a cell so far, "
        + "\(Self.bytes(Double(measured) * Double(jobs))) with \(counted(jobs, "jobs"))"
    }
    guard let parameters else { return "unknown" }
    let trainsAll = plan.cells.contains(where: \.trainsAllWeights)
    let one = Double(parameters) * (trainsAll ? 16 : 4)
    return "about \(Self.bytes(one)) a cell, from \(parameters) parameters as float32"
      + (trainsAll ? " with gradients and AdamW's two moments" : "") + ", and activations"
  }

  private var disk: String {
    let whole = plan.cells.filter { status.done[$0.identity] == nil && $0.trainsAllWeights }
    let free = store.freeSpace.map { "; \(Self.bytes(Double($0))) are free" } ?? ""
    guard let parameters, !whole.isEmpty else { return "adapters and responses only" + free }
    let states = whole.reduce(0) { $0 + $1.savedStates }
    return "about \(Self.bytes(Double(parameters) * 4 * Double(states))) for "
      + "\(counted(states, "models")) with all weights, beside adapters and responses" + free
  }

  private static func bytes(_ count: Double) -> ByteCount {
    ByteCount(Int(min(max(count, 0), 0x1p61)))
  }

  private static func rounded(_ seconds: Double) -> String {
    seconds < 10 ? "\((seconds * 10).rounded() / 10)" : "\(Int(min(seconds, 1e12).rounded()))"
  }

  /// Seconds as a person reads them.
  package static func clock(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 1e12).rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}

extension SweepCell {
  /// The models from outside that it reads.
  fileprivate var models: [String] {
    arguments.compactMap { argument in
      guard argument.flag.name == "model", case .input(let input)? = argument.value else {
        return nil
      }
      return input.path
    }
  }

  private func text(_ flag: String) -> String? {
    for case .text(let text)? in arguments.filter({ $0.flag.name == flag }).map(\.value) {
      return text
    }
    return nil
  }

  /// Whether every weight of the model moves and is written.
  fileprivate var trainsAllWeights: Bool {
    switch stage {
    case .attack: text("method") == "full" || text("save") == "merged"
    case .recovery: text("subspace") == "full" || text("save") == "merged"
    case .spectra, .evaluation: false
    }
  }

  /// States that it writes.
  fileprivate var savedStates: Int { 1 + (text("save-steps")?.split(separator: ",").count ?? 0) }
}
