import Evaluation
import Failures
import Files
import HDF5
import OrderedJSON
import Sweeps

/// Reads folders of sweeps, cell by cell.
package struct EvidenceReader {
  private var found = EvidenceParts()
  private var known: Set<String> = []
  private var spectraNames: [String: (name: String, isBenign: Bool)] = [:]
  private let items = ItemNumbers()

  private init() {}

  /// Reads folders.
  ///
  /// - Parameter folders: Folders of `sweep-ranks`.
  /// - Returns: What is in them.
  /// - Throws: `EvidenceError` for a folder that holds nothing.
  package static func read(_ folders: [String]) throws(EvidenceError) -> Evidence {
    var reader = EvidenceReader()
    var cells: [(folder: String, cell: StoredCell)] = []
    for folder in folders {
      for cell in try reader.cells(in: folder) { cells.append((folder, cell)) }
    }
    // Spectra first: recoveries name them; then what was made before what was made of it.
    for stage in [SweepStage.spectra, .attack, .recovery, .evaluation] {
      for (folder, cell) in cells where cell.stage == stage { reader.add(cell, in: folder) }
    }
    for folder in folders { reader.addInstruments(of: folder) }
    return reader.found.joined(folders)
  }

  private mutating func cells(in folder: String) throws(EvidenceError) -> [StoredCell] {
    do throws(FileFault) {
      _ = try Folder.names(in: folder)
    } catch {
      throw .unreadable(path: folder, error)
    }
    let store = CellStore(folder)
    guard store.exists else { throw .noSweep(path: folder) }
    let (cells, damaged) = store.storedCells()
    if cells.isEmpty { throw .noCells(path: folder, damaged: damaged.count) }
    found.notes += damaged.map { path, reason in
      "\(folder)\(path.dropFirst(store.folder.count)) is left out: it \(reason)"
    }
    return cells.filter { known.insert("\($0.stage.rawValue)/\($0.record.identity)").inserted }
  }

  // MARK: - Cells

  private mutating func add(_ cell: StoredCell, in folder: String) {
    let place = "\(folder)/cells/\(cell.stage.rawValue)/\(cell.record.identity)"
    let command = CellCommand(cell.record.command)
    let label = (cell.record.labels.first ?? "").split(separator: "/").map(String.init)
    found.cellCounts[cell.stage, default: 0] += 1
    found.versions.insert("\(cell.record.tool) \(cell.record.toolVersion)")
    switch cell.stage {
    case .attack:
      let log = CellOutput.json("\(cell.output)/training.json")
      guard
        let attack = log.flatMap({ AttackRecord($0, identity: cell.record.identity, label: label) })
      else { return leaveOut(place, "its training.json does not say what was trained") }
      found.attacks.append(attack)
      note(model: attack.initial, name: attack.names.model, architecture: attack.architecture)
    case .recovery: addRecovery(cell, command, label, place)
    case .spectra: addSpectra(cell, command, label, place)
    case .evaluation: addEvaluation(cell, command, label, place)
    }
  }

  private mutating func leaveOut(_ place: String, _ reason: String) {
    found.notes.append("\(place) is left out: \(reason)")
  }

  private mutating func addRecovery(
    _ cell: StoredCell, _ command: CellCommand, _ label: [String], _ place: String
  ) {
    let attack = command.model.last { $0.stage == "attack" }?.identity
    let names = spectraNames
    let record = CellOutput.json("\(cell.output)/recovery.json").flatMap { log in
      RecoveryRecord(
        log, identity: cell.record.identity, label: label, attack: attack,
        command: command
      ) { path in
        let name = CellCommand.reference(path).flatMap { names[$0.identity] }
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return .stored(
          name?.name ?? file, isBenign: name?.isBenign ?? SpectraRecord.isBenign(file))
      }
    }
    guard let record else {
      return leaveOut(place, "its recovery.json does not say what was recovered")
    }
    guard attack != nil else {
      return leaveOut(place, "its model was not attacked, so that there is nothing to recover")
    }
    found.recoveries.append(record)
  }

  private mutating func addSpectra(
    _ cell: StoredCell, _ command: CellCommand, _ label: [String], _ place: String
  ) {
    let examples = command.values(of: "examples").first ?? ""
    let file = examples.split(separator: "/").last.map(String.init) ?? "spectra"
    // The part is the last label; where there is none, the file of examples tells spectra apart.
    let name = label.count > 4 ? label[4] : file
    spectraNames[cell.record.identity] = (
      name, SpectraRecord.isBenign(name) || SpectraRecord.isBenign(file)
    )
    do throws(HDF5Error) {
      found.spectra.append(
        try SpectraRecord(
          reading: cell.output, identity: cell.record.identity, name: name,
          attack: command.model.last { $0.stage == "attack" }?.identity, examplesPath: examples))
    } catch {
      leaveOut(place, "\(error)")
    }
  }

  private mutating func addEvaluation(
    _ cell: StoredCell, _ command: CellCommand, _ label: [String], _ place: String
  ) {
    let scores: StoredScores
    do {
      scores = try StoredScores(reading: cell.output)
    } catch {
      return leaveOut(place, "\(error)")
    }
    guard let fingerprint = scores.document["model_fingerprint"]?.stringValue, !fingerprint.isEmpty
    else { return leaveOut(place, "its scores.json does not say of which model it is") }
    let condition = AskingCondition(scores.document)
    if !scores.sets.isEmpty { found.conditionCounts[condition, default: 0] += 1 }
    let key: EvidenceParts.State
    if let recovery = command.model.last(where: { $0.stage == "recovery" }) {
      key = .recovered(
        recovery.identity,
        step: recovery.path.split(separator: "/").last { $0.hasPrefix("step-") }
          .flatMap { Int($0.dropFirst(5)) })
    } else if let attack = command.model.last(where: { $0.stage == "attack" }) {
      key = .attacked(attack.identity)
    } else {
      key = .initial(fingerprint)
      note(
        model: fingerprint, name: label.count > 1 ? label[1] : "",
        architecture: scores.document["architecture"]?.stringValue ?? "",
        parameters: scores.document["parameters"]?.integerValue)
    }
    found.states[key, default: [:]][condition, default: EvaluatedModel()].add(scores, items)
    for name in ["refusal_matcher", "degeneracy_detector"] {
      if let version = scores.document[name]?.stringValue {
        found.versions.insert("\(name.replacing("_", with: " ")) \(version)")
      }
    }
    for part in ["prompt_sets", "utility", "choices"] {
      for set in scores.document[part]?.arrayValue ?? [] {
        guard let name = set["name"]?.stringValue, let sha256 = set["sha256"]?.stringValue else {
          continue
        }
        let kind = part == "prompt_sets" ? set["kind"]?.stringValue ?? "prompts" : part
        let count = max(set["count"]?.integerValue ?? 0, 0)
        let key = SetName(name: name, sha256: sha256)
        found.sets[key] = (kind, max(count, found.sets[key]?.count ?? 0))
      }
    }
  }

  private mutating func note(
    model fingerprint: String, name: String, architecture: String, parameters: Int? = nil
  ) {
    guard let place = found.models.firstIndex(where: { $0.fingerprint == fingerprint }) else {
      return found.models.append(
        InitialModel(
          fingerprint: fingerprint, name: name, architecture: architecture, parameters: parameters))
    }
    if found.models[place].name.isEmpty { found.models[place].name = name }
    if found.models[place].architecture.isEmpty { found.models[place].architecture = architecture }
    if found.models[place].parameters == nil { found.models[place].parameters = parameters }
  }

  private mutating func addInstruments(of folder: String) {
    let place = "\(folder)/instruments"
    for name in (try? Folder.names(in: place)) ?? [] where name.hasSuffix(".h5") {
      do throws(HDF5Error) {
        found.comparisons.append(
          try ComparisonRecord(reading: "\(place)/\(name)", shown: "\(place)/\(name)"))
      } catch {
        leaveOut("\(place)/\(name)", "\(error)")
      }
    }
  }
}
