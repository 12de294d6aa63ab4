import Files

/// A finished cell as it lies in a folder, whatever sweep file it was made for.
package struct StoredCell: Sendable {
  package let stage: SweepStage
  package let record: CellRecord
  /// Its folder.
  package let path: String
  /// What its tool wrote.
  package var output: String { "\(path)/\(CellOutput.name)" }
}

extension CellStore {
  /// All cells of the folder, by stage and identity.
  ///
  /// - Returns: The whole ones, and where something is that is no whole cell, with the reason.
  package func storedCells() -> (cells: [StoredCell], damaged: [(path: String, reason: String)]) {
    var cells: [StoredCell] = []
    var damaged: [(path: String, reason: String)] = []
    for stage in SweepStage.allCases {
      for name in (try? Folder.names(in: "\(folder)/cells/\(stage.rawValue)")) ?? [] {
        let path = path(of: name, stage)
        switch state(at: path, identity: name, stage) {
        case .done(let record): cells.append(StoredCell(stage: stage, record: record, path: path))
        case .damaged(let reason): damaged.append((path, reason))
        case .missing: continue
        }
      }
    }
    return (cells, damaged)
  }
}
