import LinearAlgebra
import ResultFiles
import SafetyGradients
import Tokens

/// Decomposes gradients as a backward pass delivers them, so that no factor is ever written.
///
/// Passes go through the layers side by side: the mean over all examples is built while its layer is at
/// hand, and only the sums of one layer are held. Numbers are those of `GradientDecomposition`, to the last
/// bit where the passes are the same.
public final class StreamedDecomposition: GradientReceiver {
  private let gradients: GradientTables
  private let tokens: [ExampleTokens]
  private let method: FactoredSVD
  private let threads: Int
  private let progress: (Int) -> Void
  private let meanOfRow: [SpectrumSource?]
  private var means: [RunningMean] = []
  private var output: DecompositionOutput

  /// Creates a spectra file; one of that name is overwritten.
  ///
  /// - Parameters:
  ///   - decomposition: How many components get vectors, and the number of threads.
  ///   - examples: The examples and their controls.
  ///   - modules: The weights that have gradients.
  ///   - source: Where the examples come from, for errors.
  ///   - path: Where.
  ///   - provenance: Where the numbers come from.
  ///   - text: What a token stands for, for people; nil without a tokenizer.
  ///   - progress: Called with the number of gradients that are done.
  /// - Throws: `HDF5Error`.
  public init(
    _ decomposition: GradientDecomposition, of examples: ControlledExamples,
    modules: [GradientModule], from source: String, to path: String, provenance: Provenance,
    text: ((TokenID) -> String)? = nil, progress: @escaping (Int) -> Void = { _ in }
  ) throws {
    let rows = examples.gradientExamples
    gradients = GradientTables(
      path: source, examples: rows, modules: modules, countsMeans: decomposition.countsMeans)
    tokens = examples.examples.map { example in
      ExampleTokens(
        ids: example.tokens, answerMask: example.answerMask,
        texts: text.map { text in example.tokens.map { ExampleTokens.storable(text($0)) } })
    }
    method = decomposition.method
    threads = decomposition.threads
    self.progress = progress
    let properMeans = rows.properMeans
    meanOfRow = rows.indices.map { row in
      properMeans.first { $0 == .mean || $0 == rows[row].origin.map { .meanOfKind($0.kind) } }
    }
    output = DecompositionOutput(
      try SpectraFileWriter(
        creating: path, provenance: provenance, modules: modules, examples: rows,
        countsMeans: decomposition.countsMeans))
  }

  /// Writes the tokens of examples.
  public func begin(_ rows: [Int]) throws {
    if method.rank == 0 { return }
    for row in rows { try output.write(tokens[row], example: row) }
  }

  /// Decomposes gradients, and adds them to their means.
  public func receive(_ received: [SiteGradients]) throws {
    let additions = additions(of: received)
    // Sums take longest and are begun first.
    try append(count: additions.count + received.count) {
      [gradients, method] (index) throws(SpectraError) in
      if index < additions.count {
        return try additions[index].add()
      }
      let site = received[index - additions.count]
      return try gradients.decompose(
        example: site.row, modules: site.modules, input: site.input, by: method
      ) { (position) throws(SpectraError) in site.outputGradient(position) }
    }
  }

  /// Decomposes the means of a layer.
  public func finishLayer(_ layer: Int) throws {
    let finished = means.filter { gradients.modules[$0.module].layer == layer }
    try append(count: finished.count) { (index) throws(SpectraError) in
      [try finished[index].decomposed()]
    }
    means.removeAll { gradients.modules[$0.module].layer == layer }
  }

  /// Writes the loss of an example.
  public func finish(_ row: Int, loss: Double) throws { try output.write(loss: loss, example: row) }

  /// Completes the file.
  ///
  /// - Returns: How it went.
  /// - Throws: `SpectraError`.
  public func close() throws(SpectraError) -> DecompositionSummary { try output.close() }
}

extension StreamedDecomposition {
  /// Gradients of some rows in one module that belong to one mean.
  private struct Addition: Sendable {
    let mean: RunningMean
    /// The rows, and which of their modules it is.
    var parts: [(site: SiteGradients, position: Int)] = []

    func add() throws(SpectraError) -> [DecomposedGradient] {
      var decomposed: [DecomposedGradient] = []
      for (site, position) in parts {
        decomposed += try mean.add(
          input: site.input, outputGradient: site.outputGradient(position), example: site.row)
      }
      return decomposed
    }
  }

  private func additions(of received: [SiteGradients]) -> [Addition] {
    var additions: [Addition] = []
    for site in received {
      guard let source = meanOfRow[site.row] else { continue }
      for (position, module) in site.modules.enumerated() {
        let known = additions.firstIndex {
          $0.mean.source == source && $0.mean.module == module
        }
        let index = known ?? additions.count
        if known == nil { additions.append(Addition(mean: mean(source, module))) }
        additions[index].parts.append((site, position))
      }
    }
    return additions
  }

  private func mean(_ source: SpectrumSource, _ module: Int) -> RunningMean {
    if let known = means.first(where: { $0.source == source && $0.module == module }) {
      return known
    }
    let mean = RunningMean(source, module: module, of: gradients, by: method)
    means.append(mean)
    return mean
  }

  /// Decomposes side by side and writes in order; of several errors the first counts.
  private func append(
    count: Int, _ decompose: @Sendable (Int) throws(SpectraError) -> [DecomposedGradient]
  ) throws {
    for gradients in try parallelMap(count, threads: threads, decompose) {
      try output.append(gradients)
    }
    progress(output.summary.gradientCount)
  }
}

extension StreamedDecomposition {
  /// Memory that sums and decompositions take at most, beside what the passes take.
  ///
  /// - Parameters:
  ///   - examples: The examples and their controls.
  ///   - modules: The weights that have gradients.
  ///   - threads: Number of threads.
  /// - Returns: Bytes.
  public static func byteCount(
    _ examples: ControlledExamples, modules: [GradientModule], threads: Int
  ) -> Double {
    let rows = examples.gradientExamples
    let longest = rows.map(\.tokenCount).max() ?? 0
    var layers: [Int: Double] = [:]
    var largest = modules.map { decompositionByteCount($0, rows: longest) }.max() ?? 0
    for mean in rows.properMeans {
      let tokens = rows.members(of: mean).reduce(0) { $0 + rows[$1].tokenCount }
      for module in modules {
        layers[module.layer, default: 0] += sumByteCount(module, rows: tokens)
        largest = max(largest, decompositionByteCount(module, rows: tokens))
      }
    }
    return (layers.values.max() ?? 0) + Double(threads) * largest
  }

  private static func sumByteCount(_ module: GradientModule, rows: Int) -> Double {
    let (out, width) = (Double(module.outFeatures), Double(module.inFeatures))
    return FactoredSVD.paysOff(rowCount: rows, module.outFeatures, module.inFeatures)
      ? 4 * Double(rows) * (out + width) : 8 * out * width
  }

  /// Factors and vectors in float64, or the matrix, a copy that LAPACK destroys, and its vectors.
  private static func decompositionByteCount(_ module: GradientModule, rows: Int) -> Double {
    let (out, width, rows) = (Double(module.outFeatures), Double(module.inFeatures), Double(rows))
    return rows < min(out, width)
      ? 8 * rows * (2 * (out + width) + 10 * rows) : 40 * out * width
  }
}
