import HDF5
import OrderedCollections
import OrderedJSON
import ResultFiles

/// A file of ours without an export of its own, such as a comparison of subspaces: the tables in its
/// root group and in the groups there.
final class LabelledFile: Sendable {
  let path: String
  private let format: FileFormat
  private let file: StoredFile
  private let names: [String]

  /// Opens a file and lists its tables.
  ///
  /// - Parameter path: Where.
  /// - Throws: `HDF5Error`; `invalidValue` when the file is none of ours.
  init(opening path: String) throws(HDF5Error) {
    let file = try StoredFile(opening: path)
    let format = try FileFormat(of: file.root)
    if !format.name.utf8.starts(with: "suture-".utf8) {
      throw .invalidValue(
        path: "\(file.root.path)@format", expected: "a format of this toolkit",
        found: "'\(format.name)'")
    }
    var names: [String] = []
    for name in try file.root.names() {
      if try file.root.isDataset(name) {
        names.append(name)
      } else {
        let group = try file.root.group(name)
        for member in try group.names() where try group.isDataset(member) {
          names.append("\(name)/\(member)")
        }
      }
    }
    self.path = path
    self.format = format
    self.file = file
    self.names = names
  }

  /// Writes all tables as one: a row an element, with the coordinates that its dimensions have.
  ///
  /// - Parameters:
  ///   - table: Must be absent: there is only this one.
  ///   - path: Where.
  /// - Throws: `ExportError`.
  func writeCSV(_ table: ExportTable?, to path: String) throws(ExportError) {
    if let table {
      throw .unsupported(
        path: self.path, format: "csv", reason: "a \(format.name) file has no \(table.rawValue)")
    }
    let tables = try readTables()
    let scales = tables.filter { $0.dimensions == [$0.name] }
    let dimensions = OrderedSet(tables.flatMap(\.dimensions))
    var csv = try CSVTable(creating: path, columns: ["table"] + dimensions + ["value"])
    for table in tables where table.dimensions != [table.name] {
      for index in 0..<table.count {
        let places = table.coordinates(of: index, scales)
        let fields = dimensions.map { places[$0] ?? "" }
        try csv.append([table.name] + fields + [table.field(index)])
      }
    }
    try csv.close()
  }

  /// Writes the attributes and all tables as nested arrays; NaN is null.
  ///
  /// - Parameter path: Where.
  /// - Throws: `ExportError`.
  func writeJSON(to path: String) throws(ExportError) {
    var document = try JSONDocument(creating: path)
    try document.append("format", .string(format.name))
    try document.append("format_version", .integer(Int(format.version)))
    try document.append(
      "attributes",
      try ExportError.reading { () throws(HDF5Error) in try file.root.attributesJSON() })
    try document.append("tables", from: names) { (name) throws(ExportError) in
      try readTable(name).map { [$0.json] } ?? []
    }
    try document.close()
  }

  /// Writes all tables.
  ///
  /// - Parameter path: Where.
  /// - Throws: `ExportError`.
  func writeNPZ(to path: String) throws(ExportError) {
    var npz = try NPZFile(creating: path)
    for name in names {
      guard let table = try readTable(name) else { continue }
      switch table.elements {
      case .integers(let values): try npz.write(values, as: name, shape: table.shape)
      case .float32(let values): try npz.write(values, as: name, shape: table.shape)
      case .float64(let values): try npz.write(values, as: name, shape: table.shape)
      case .text(let values): try npz.write(values, as: name, shape: table.shape)
      }
    }
    try npz.close()
  }

  private func readTables() throws(ExportError) -> [LabelledTable] {
    var tables: [LabelledTable] = []
    for name in names {
      if let table = try readTable(name) { tables.append(table) }
    }
    return tables
  }

  private func readTable(_ name: String) throws(ExportError) -> LabelledTable? {
    try ExportError.reading { () throws(HDF5Error) in try LabelledTable(name, in: file.root) }
  }

  /// Whether it says how subspaces lie to each other.
  var isComparison: Bool { format == .comparison }

  /// Writes a Vega-Lite specification of the overlaps of a comparison.
  ///
  /// - Parameter path: Where.
  /// - Throws: `ExportError`; `unsupported` when the file holds no overlap.
  func writeOverlapChart(to path: String) throws(ExportError) {
    let overlaps = try ExportError.reading { () throws(HDF5Error) in
      try OverlapMeans(file.root)
    }
    guard let chart = OverlapChart(overlaps) else {
      throw .unsupported(path: self.path, format: "vega-lite", reason: "it holds no overlap")
    }
    var output = try ExportOutput(creating: path)
    try output.write(chart.specification.text(.pretty) + "\n")
    try output.close()
  }
}

extension StoredGroup {
  /// The attributes that are numbers or strings.
  func attributesJSON() throws(HDF5Error) -> JSONValue {
    var members: [(String, JSONValue)] = []
    for name in try attributeNames() {
      switch try attributeKind(name) {
      case .text: members.append((name, .string(try textAttribute(name))))
      case .integer: members.append((name, .integer(Int(try attribute(name, as: Int64.self)))))
      case .float32, .float64: members.append((name, .number(try attribute(name))))
      case .other: continue
      }
    }
    return .members(members)
  }
}

extension LabelledTable {
  /// Where an element is, by the names of the dimensions: the scale's value or else the index.
  fileprivate func coordinates(of index: Int, _ scales: [LabelledTable]) -> [String: String] {
    var places: [String: String] = [:]
    var rest = index
    for (dimension, length) in zip(dimensions, shape).reversed() {
      let scale = scales.first { $0.name == dimension && $0.count == length }
      places[dimension] = scale?.field(rest % length) ?? "\(rest % length)"
      rest /= length
    }
    return places
  }

  fileprivate var json: JSONValue {
    .members([
      ("name", .string(name)), ("dimensions", .array(dimensions.map { .string($0) })),
      ("values", nested(shape[...], 0..<count)),
    ])
  }

  /// The elements of a range as arrays in arrays; HDF5 allows 32 dimensions.
  private func nested(_ shape: ArraySlice<Int>, _ range: Range<Int>) -> JSONValue {
    guard let length = shape.first else { return range.first.map(json) ?? .null }
    if length == 0 { return .array([]) }
    let stride = range.count / length
    return .array(
      (0..<length).map { index in
        let start = range.lowerBound + index * stride
        return nested(shape.dropFirst(), start..<start + stride)
      })
  }
}
