import Files
import OrderedJSON

/// One run of a tool.
package struct SweepCell: Sendable {
  package let stage: SweepStage
  /// The flags, but for where the output goes and how many threads there are.
  package let arguments: [CellArgument]
  /// SHA-256 over the tool's version, its name, the flags and the contents of the inputs.
  package let identity: String
  /// What it is for; several where parts of the sweep need the same.
  package fileprivate(set) var labels: [CellLabels]
  /// Cells whose output it reads.
  package let dependencies: [String]

  package init(
    _ stage: SweepStage, _ arguments: [CellArgument], labels: CellLabels, version: String
  ) {
    self.stage = stage
    self.arguments = arguments
    self.labels = [labels]
    dependencies = arguments.cells
    let canonical: JSONValue = [
      "tool": .string(stage.tool), "tool_version": .string(version),
      "arguments": .array(
        arguments.canonical.map { words in .array(words.map { .string($0) }) }),
    ]
    identity = Digest.sha256(Array(canonical.text().utf8))
  }

  /// The first of its labels.
  package var label: String { labels[0].path }
}

/// Cells, each identity once, in the order in which they were added.
struct CellList {
  private(set) var cells: [SweepCell] = []
  private var positions: [String: Int] = [:]

  /// Adds a cell, or its label to the one that is there.
  mutating func add(_ cell: SweepCell) {
    if let position = positions[cell.identity] {
      for label in cell.labels where !cells[position].labels.contains(label) {
        cells[position].labels.append(label)
      }
    } else {
      positions[cell.identity] = cells.count
      cells.append(cell)
    }
  }
}
