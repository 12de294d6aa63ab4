import HDF5
import LinearAlgebra
import ResultFiles
import SafetyGradients
import Spectra

/// A file of arrays for `numpy.load`: a ZIP archive of `.npy` files.
///
/// Source: NumPy Enhancement Proposal 1, format version 1.0.
struct NPZFile: ~Copyable {
  private var archive: ZipArchive

  /// Creates a file; one of that name is overwritten.
  init(creating path: String) throws(ExportError) {
    archive = try ZipArchive(creating: path)
  }

  /// Writes an array of numbers.
  ///
  /// - Parameters:
  ///   - values: The elements, the last dimension running fastest.
  ///   - name: Its name.
  ///   - shape: Its extents; one dimension when absent.
  /// - Throws: `writeFailed`.
  mutating func write<Scalar: HDF5Scalar>(
    _ values: [Scalar], as name: String, shape: [Int]? = nil
  ) throws(ExportError) {
    try begin(name, type: Scalar.npyType, shape: shape ?? [values.count])
    try append(values)
    try archive.end()
  }

  /// Writes an array of numbers that comes in parts.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - shape: Its extents.
  ///   - parts: What the elements come from.
  ///   - values: The elements that come from one part.
  /// - Throws: `writeFailed`, and what `values` throws.
  mutating func write<Scalar: HDF5Scalar, Part>(
    as name: String, shape: [Int], from parts: [Part],
    _ values: (Part) throws(ExportError) -> [Scalar]
  ) throws(ExportError) {
    try begin(name, type: Scalar.npyType, shape: shape)
    for part in parts { try append(try values(part)) }
    try archive.end()
  }

  /// Writes an array of strings, which NumPy keeps as UTF-32 of equal length.
  ///
  /// - Parameters:
  ///   - strings: The elements.
  ///   - name: Its name.
  ///   - shape: Its extents; one dimension when absent.
  /// - Throws: `writeFailed`.
  mutating func write(_ strings: [String], as name: String, shape: [Int]? = nil)
    throws(ExportError)
  {
    let length = max(strings.map(\.unicodeScalars.count).max() ?? 0, 1)
    try begin(name, type: "<U\(length)", shape: shape ?? [strings.count])
    for text in strings {
      var field = LittleEndian()
      for scalar in text.unicodeScalars { field.append(scalar.value) }
      try archive.append(field.bytes)
      try archive.append([UInt8](repeating: 0, count: 4 * length - field.bytes.count))
    }
    try archive.end()
  }

  /// Writes the list of arrays and closes the file.
  consuming func close() throws(ExportError) { try archive.close() }

  /// Magic, version, length and the description, padded to a multiple of 64 bytes.
  private mutating func begin(_ name: String, type: String, shape: [Int]) throws(ExportError) {
    try archive.begin(name + ".npy")
    let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(extents)), }"
    let padding = 63 - (10 + text.utf8.count) % 64
    var length = LittleEndian()
    length.append(UInt16(text.utf8.count + padding + 1))
    try archive.append([0x93] + Array("NUMPY".utf8) + [1, 0] + length.bytes)
    try archive.append(Array((text + String(repeating: " ", count: padding) + "\n").utf8))
  }

  private mutating func append<Scalar: HDF5Scalar>(_ values: [Scalar]) throws(ExportError) {
    try archive.append(unsafe values.withUnsafeBytes { unsafe Array($0) })
  }
}

extension HDF5Scalar {
  /// NumPy's name of the type.
  fileprivate static var npyType: String {
    switch scalarType {
    case .float32: "<f4"
    case .float64: "<f8"
    case .int32: "<i4"
    case .int64: "<i8"
    case .uint8: "|u1"
    }
  }
}

extension NPZFile {
  fileprivate mutating func write(_ matrix: borrowing Matrix, as name: String)
    throws(ExportError)
  {
    try write(matrix.elements, as: name, shape: [matrix.rows, matrix.columns])
  }

  fileprivate mutating func write(_ examples: [GradientExample], _ modules: [GradientModule])
    throws(ExportError)
  {
    try write(examples.map(\.id), as: "example")
    try write(examples.map { Int32(clamping: $0.tokenCount) }, as: "token_count")
    try write(examples.map { Int32(clamping: $0.answerTokenCount) }, as: "answer_token_count")
    try write(examples.map(\.loss), as: "loss")
    let origins = examples.compactMap(\.origin)
    if !origins.isEmpty {
      try write(origins.map(\.kind), as: "kind")
      try write(origins.map { Int32(clamping: $0.source) }, as: "source")
    }
    try write(modules.map(\.name), as: "module")
    try write(modules.map { Int32(clamping: $0.layer) }, as: "layer")
    try write(modules.map(\.projection), as: "projection")
    try write(modules.map { Int32(clamping: $0.outFeatures) }, as: "out_features")
    try write(modules.map { Int32(clamping: $0.inFeatures) }, as: "in_features")
  }
}

extension GradientFile {
  /// Writes the tables and all factors.
  ///
  /// - Parameter path: Where.
  /// - Throws: `ExportError`.
  func writeNPZ(to path: String) throws(ExportError) {
    var npz = try NPZFile(creating: path)
    try npz.write(examples, modules)
    for example in examples.indices {
      let folder = "factors/\(example)/"
      let (tokens, mask, labels) = try ExportError.reading { () throws(HDF5Error) in
        (
          try self.tokens(example: example), try answerMask(example: example),
          try self.labels(example: example)
        )
      }
      try npz.write(tokens, as: folder + "tokens")
      try npz.write(mask.map { UInt8($0 ? 1 : 0) }, as: folder + "answer_mask")
      if let labels { try npz.write(labels, as: folder + "labels") }
      for (index, module) in modules.enumerated() {
        let factors = try ExportError.reading { () throws(HDF5Error) in
          try self.factors(example: example, module: index)
        }
        try npz.write(factors.input, as: folder + module.name + "/input")
        try npz.write(factors.outputGradient, as: folder + module.name + "/output_gradient")
      }
    }
    try npz.close()
  }
}

extension SpectraFile {
  /// Writes all tables and the stored singular vectors.
  ///
  /// - Parameter path: Where.
  /// - Throws: `ExportError`.
  func writeNPZ(to path: String) throws(ExportError) {
    var npz = try NPZFile(creating: path)
    try npz.write(examples, modules)
    try npz.write((0..<componentCount).map { Int32(clamping: $0 + 1) }, as: "component")
    try npz.write(energyLevels, as: "energy_level")
    let all = examples.indices.map { SpectrumSource.example($0) }
    try writeTables(to: &npz, prefix: "", leading: [examples.count, modules.count], all)
    if !meanCounts.isEmpty {
      try npz.write(meanCounts.map { Int32(clamping: $0) }, as: "mean_count")
      try writeTables(
        to: &npz, prefix: "mean_by_count/", leading: [meanCounts.count, modules.count],
        meanCounts.indices.map { .meanOfFirst($0) })
    }
    for mean in examples.means {
      let prefix = label(of: mean).id + "/"
      try writeTables(to: &npz, prefix: prefix, leading: [modules.count], [mean])
    }
    for source in sources {
      for module in modules.indices { try writeVectors(to: &npz, source, module) }
    }
    for example in examples.indices { try writeAttribution(to: &npz, example) }
    try npz.close()
  }

  private func writeTables(
    to npz: inout NPZFile, prefix: String, leading: [Int], _ sources: [SpectrumSource]
  ) throws(ExportError) {
    try writeTable(to: &npz, prefix + "singular_values", leading + [componentCount], sources) {
      $0.singularValues + [Float](repeating: .nan, count: componentCount - $0.singularValues.count)
    }
    try writeTable(to: &npz, prefix + "rank_at_energy", leading + [energyLevels.count], sources) {
      $0.rankAtEnergy.map { Int32(clamping: $0) }
    }
    try writeTable(to: &npz, prefix + "rank_bound", leading, sources) {
      [Int32(clamping: $0.rankBound)]
    }
    let measures: [(String, (ModuleSpectrum) -> Double)] = [
      ("frobenius_norm", \.frobeniusNorm), ("stable_rank", \.stableRank),
      ("effective_rank", \.effectiveRank), ("participation_ratio", \.participationRatio),
      ("residual", \.residual), ("orthogonality_defect", \.orthogonalityDefect),
    ]
    for (name, measure) in measures {
      try writeTable(to: &npz, prefix + name, leading, sources) { [measure($0)] }
    }
  }

  private func writeTable<Scalar: HDF5Scalar>(
    to npz: inout NPZFile, _ name: String, _ shape: [Int], _ sources: [SpectrumSource],
    _ row: (ModuleSpectrum) -> [Scalar]
  ) throws(ExportError) {
    try npz.write(as: name, shape: shape, from: sources) { (source) throws(ExportError) in
      try ExportError.reading { () throws(HDF5Error) in try spectra(of: source) }.flatMap(row)
    }
  }

  private func writeAttribution(to npz: inout NPZFile, _ example: Int) throws(ExportError) {
    if let tokens = try ExportError.reading({ () throws(HDF5Error) in try tokens(example: example) }
    ) {
      let folder = "tokens/\(example)/"
      try npz.write(tokens.ids, as: folder + "id")
      try npz.write(tokens.answerMask.map { UInt8($0 ? 1 : 0) }, as: folder + "answer_mask")
      if let texts = tokens.texts { try npz.write(texts, as: folder + "text") }
    }
    for module in modules.indices {
      let isStored = try ExportError.reading { () throws(HDF5Error) in
        try hasAttribution(example: example, module: module)
      }
      if !isStored { continue }
      let shares = try ExportError.reading { () throws(HDF5Error) in
        try attribution(example: example, module: module)
      }
      try npz.write(shares, as: "attribution/\(example)/" + modules[module].name)
    }
  }

  private func writeVectors(to npz: inout NPZFile, _ source: SpectrumSource, _ module: Int)
    throws(ExportError)
  {
    let isStored = try ExportError.reading { () throws(HDF5Error) in
      try hasVectors(of: source, module: module)
    }
    if !isStored { return }
    let vectors = try ExportError.reading { () throws(HDF5Error) in
      try self.vectors(of: source, module: module)
    }
    let folder = source.vectorsPath + "/" + modules[module].name
    try npz.write(vectors.left, as: folder + "/u")
    try npz.write(vectors.right, as: folder + "/vh")
  }
}
