import HDF5
import OrderedJSON
import ResultFiles

extension SweepArray {
  /// Writes a row a number, with its labels.
  ///
  /// - Parameter path: Where.
  /// - Throws: `ExportError`.
  func writeCSV(to path: String) throws(ExportError) {
    var csv = try CSVTable(creating: path, columns: Self.dimensions + Self.numbers)
    for block in blocks {
      for number in try reading(block) { try csv.append(number.fields) }
    }
    try csv.close()
  }

  /// Writes the attributes and an object a number; NaN is null.
  ///
  /// - Parameter path: Where.
  /// - Throws: `ExportError`.
  func writeJSON(to path: String) throws(ExportError) {
    var document = try JSONDocument(creating: path)
    try document.append("format", .string(FileFormat.sweep.name))
    try document.append("format_version", .integer(Int(FileFormat.sweep.version)))
    try document.append(
      "attributes", try ExportError.reading { () throws(HDF5Error) in try attributes() })
    try document.append("results", from: blocks) { (block) throws(ExportError) in
      try reading(block).map(\.json)
    }
    try document.close()
  }

  /// Writes the labels and the three arrays under the names that they have in the file.
  ///
  /// - Parameter path: Where.
  /// - Throws: `ExportError`.
  func writeNPZ(to path: String) throws(ExportError) {
    var npz = try NPZFile(creating: path)
    try npz.write(models, as: "model")
    try npz.write(attacks, as: "attack")
    try npz.write(seeds, as: "seed")
    try npz.write(recoveries, as: "recovery")
    try npz.write(ranks, as: "rank")
    try npz.write(steps, as: "step")
    try npz.write(sets, as: "set")
    try npz.write(metrics, as: "metric")
    for (index, name) in Self.numbers.enumerated() {
      try npz.write(as: name, shape: shape, from: blocks) { (block) throws(ExportError) in
        try ExportError.reading { () throws(HDF5Error) in try elements(of: index, block) }
      }
    }
    try npz.close()
  }

  /// What was measured in one block.
  func reading(_ block: [Int]) throws(ExportError) -> [SweepNumber] {
    try ExportError.reading { () throws(HDF5Error) in try measured(block) }
  }
}

extension SweepNumber {
  fileprivate var fields: [String] {
    [model, attack, "\(seed)", recovery, "\(rank)", "\(step)", set, metric]
      + [value, low, high].map(csvField)
  }

  fileprivate var json: JSONValue {
    [
      "model": .string(model), "attack": .string(attack), "seed": .integer(Int(seed)),
      "recovery": .string(recovery), "rank": .integer(Int(rank)), "step": .integer(Int(step)),
      "set": .string(set), "metric": .string(metric), "value": .number(value),
      "low": .number(low), "high": .number(high),
    ]
  }
}
