import HDF5
import OrderedJSON
import ResultFiles
import SafetyGradients
import Spectra

/// A JSON object that is written member by member, so that memory holds one row of a table.
struct JSONDocument: ~Copyable {
  private var output: ExportOutput
  private var isEmpty = true

  init(creating path: String) throws(ExportError) {
    var output = try ExportOutput(creating: path)
    try output.write("{")
    self.output = output
  }

  /// Writes a member with its value.
  mutating func append(_ key: String, _ value: JSONValue) throws(ExportError) {
    try begin(key)
    try output.write(value.text())
  }

  /// Writes a member whose value is an array, an element a line.
  ///
  /// - Parameters:
  ///   - key: The member's name.
  ///   - parts: What the elements come from.
  ///   - elements: The elements that come from one part.
  /// - Throws: `writeFailed`, and what `elements` throws.
  mutating func append<Part>(
    _ key: String, from parts: [Part],
    _ elements: (Part) throws(ExportError) -> [JSONValue]
  ) throws(ExportError) {
    try begin(key)
    try output.write("[")
    var separator = "\n    "
    for part in parts {
      for element in try elements(part) {
        try output.write(separator + element.text())
        separator = ",\n    "
      }
    }
    try output.write("\n  ]")
  }

  consuming func close() throws(ExportError) {
    try output.write("\n}\n")
    try output.close()
  }

  private mutating func begin(_ key: String) throws(ExportError) {
    try output.write((isEmpty ? "\n  " : ",\n  ") + JSONValue.string(key).text() + ": ")
    isEmpty = false
  }
}

extension JSONDocument {
  /// Writes what both formats have: provenance, examples and modules.
  fileprivate mutating func appendTables(
    _ format: FileFormat, _ provenance: Provenance, _ examples: [GradientExample],
    _ modules: [GradientModule]
  ) throws(ExportError) {
    try append("format", .string(format.name))
    try append("format_version", .integer(Int(format.version)))
    try append("provenance", .object(provenance.json))
    try append("examples", from: examples) { [$0.json] }
    try append("modules", from: modules) { [$0.json] }
  }
}

extension SpectraFile {
  /// Writes provenance, tables, measures and singular values; NaN is null.
  ///
  /// - Parameter path: Where.
  /// - Throws: `ExportError`.
  func writeJSON(to path: String) throws(ExportError) {
    var document = try JSONDocument(creating: path)
    try document.appendTables(.spectra, provenance, examples, modules)
    try document.append(
      "annotations", .members(annotations.map { ($0.name, .string($0.text)) }))
    try document.append("energy_levels", .array(energyLevels.map { .number($0) }))
    try document.append("measures", from: sources) { (source) throws(ExportError) in
      try rows(of: source) { $0.measures }
    }
    try document.append("spectra", from: sources) { (source) throws(ExportError) in
      try rows(of: source) { spectrum in
        [("singular_values", .array(spectrum.singularValues.map { .number($0.shortest) }))]
      }
    }
    try document.close()
  }

  private func rows(
    of source: SpectrumSource, _ members: (ModuleSpectrum) -> [(String, JSONValue)]
  ) throws(ExportError) -> [JSONValue] {
    let spectra = try ExportError.reading { () throws(HDF5Error) in try self.spectra(of: source) }
    let label = label(of: source)
    let origin =
      origin(of: source).map { origin -> [(String, JSONValue)] in
        [
          ("kind", .string(origin.kind)), ("source", JSONValue(origin.source)),
        ]
      } ?? []
    return zip(modules, spectra).map { module, spectrum in
      .members(
        [
          ("example", .string(label.id)),
          ("example_index", JSONValue(label.index)),
        ] + origin + [("module", .string(module.name))] + members(spectrum))
    }
  }
}

extension GradientFile {
  /// Writes provenance, tables and the tokens of each example; factors are for NPZ.
  ///
  /// - Parameter path: Where.
  /// - Throws: `ExportError`.
  func writeJSON(to path: String) throws(ExportError) {
    var document = try JSONDocument(creating: path)
    try document.appendTables(.gradients, provenance, examples, modules)
    try document.append("tokens", from: Array(examples.indices)) { (example) throws(ExportError) in
      let (tokens, mask, labels) = try ExportError.reading { () throws(HDF5Error) in
        (
          try self.tokens(example: example), try answerMask(example: example),
          try self.labels(example: example)
        )
      }
      return [
        .members(
          [
            ("example", .string(examples[example].id)), ("example_index", .integer(example)),
            ("tokens", .array(tokens.map { .integer(Int($0)) })),
            ("answer_mask", .array(mask.map { .integer($0 ? 1 : 0) })),
          ] + (labels.map { [("labels", .array($0.map { .integer(Int($0)) }))] } ?? []))
      ]
    }
    try document.close()
  }
}

extension JSONValue {
  static func members(_ members: [(String, JSONValue)]) -> JSONValue {
    .object(JSONObject(members.map { JSONObject.Member(key: $0.0, value: $0.1) }))
  }
}

extension GradientExample {
  fileprivate var json: JSONValue {
    .members(
      [
        ("id", .string(id)), ("token_count", .integer(tokenCount)),
        ("answer_token_count", .integer(answerTokenCount)), ("loss", .number(loss)),
      ]
        + (origin.map { [("kind", .string($0.kind)), ("source", .integer($0.source))] } ?? []))
  }
}

extension GradientModule {
  fileprivate var json: JSONValue {
    .members([
      ("name", .string(name)), ("layer", .integer(layer)), ("projection", .string(projection)),
      ("out_features", .integer(outFeatures)), ("in_features", .integer(inFeatures)),
    ])
  }
}

extension ModuleSpectrum {
  fileprivate var measures: [(String, JSONValue)] {
    [
      ("rank_bound", .integer(rankBound)), ("frobenius_norm", .number(frobeniusNorm)),
      ("stable_rank", .number(stableRank)), ("effective_rank", .number(effectiveRank)),
      ("participation_ratio", .number(participationRatio)),
      ("rank_at_energy", .array(rankAtEnergy.map { .integer($0) })),
      ("residual", .number(residual)), ("orthogonality_defect", .number(orthogonalityDefect)),
    ]
  }
}

extension Float {
  /// The double whose shortest text is also the shortest text of this number.
  var shortest: Double { Double(description) ?? Double(self) }
}
