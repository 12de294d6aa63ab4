import Failures
import OrderedJSON

extension SweepStatus {
  /// A line a stage, then what failed and what is damaged.
  package var text: String {
    var lines = stages.map { stage in
      var parts = [
        "\(stage.done) of \(counted(stage.cells, "cells")) done", "\(stage.running) running",
        "\(stage.failed) failed", "\(stage.missing) missing",
      ]
      if stage.absent > 0 { parts.append("\(stage.absent) not there") }
      return "\(stage.stage.rawValue): \(parts.joined(separator: ", "))"
    }
    lines += failed.map { "failed: \($0.label)" }
    lines += damaged.map { "damaged: \($0.cell.label): \($0.reason)" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The same for programs.
  package var json: JSONValue {
    [
      "stages": .array(
        stages.map { stage in
          [
            "stage": .string(stage.stage.rawValue), "cells": .integer(stage.cells),
            "shared": .integer(stage.shared), "done": .integer(stage.done),
            "running": .integer(stage.running), "failed": .integer(stage.failed),
            "not_there": .integer(stage.absent), "missing": .integer(stage.missing),
            "seconds": .number(stage.seconds), "peak_memory": .integer(stage.peakMemory),
          ]
        }),
      "failed": .array(failed.map { .string($0.label) }),
      "damaged": .array(damaged.map { .string($0.cell.label) }),
    ]
  }
}
