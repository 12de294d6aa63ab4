import HDF5
import LinearAlgebra
import ResultFiles
import SafetyGradients

/// Writes results in order, whatever the order in which workers finish.
///
/// Pieces of work are handed out in order, so few results ever wait for an earlier one.
struct DecompositionOutput: ~Copyable {
  private(set) var summary = DecompositionSummary()
  private var writer: SpectraFileWriter?
  private var next = 0
  private var waiting: [Int: [DecomposedGradient]] = [:]
  private var fallbacks: [String] = []
  private var drivers: Set<SVDDriver> = []
  private var failure: (index: Int, error: SpectraError)?

  init(_ writer: consuming SpectraFileWriter) {
    self.writer = consume writer
  }

  /// Writes the tokens of the examples, for whoever reads what is written of their gradients.
  mutating func writeTokens(of file: GradientFile) throws(SpectraError) {
    for example in file.examples.indices {
      try SpectraError.ofFile { () throws(HDF5Error) in
        guard let tokens = try file.exampleTokens(example) else { return }
        try writer?.write(tokens, example: example)
      }
    }
  }

  /// Writes the tokens of one example.
  mutating func write(_ tokens: ExampleTokens, example: Int) throws(SpectraError) {
    try SpectraError.ofFile { () throws(HDF5Error) in
      try writer?.write(tokens, example: example)
    }
  }

  /// Writes the loss of an example that was not known before.
  mutating func write(loss: Double, example: Int) throws(SpectraError) {
    try SpectraError.ofFile { () throws(HDF5Error) in
      try writer?.write(loss: loss, example: example)
    }
  }

  /// Writes results that come in order.
  mutating func append(_ gradients: [DecomposedGradient]) throws(SpectraError) {
    accept(gradients, at: next)
    if let failure { throw failure.error }
  }

  /// Whether it is no use to go on.
  var hasFailed: Bool { failure != nil }

  /// Takes the results of a piece of work and writes those whose turn it is.
  mutating func accept(_ gradients: [DecomposedGradient], at index: Int) {
    waiting[index] = gradients
    do throws(HDF5Error) {
      while let ready = waiting.removeValue(forKey: next) {
        for gradient in ready { try write(gradient) }
        next += 1
      }
    } catch {
      fail(.file(error), at: index)
    }
  }

  /// Remembers an error; of several that of the first piece of work counts.
  mutating func fail(_ error: SpectraError, at index: Int) {
    if let failure, failure.index < index { return }
    failure = (index, error)
  }

  /// Throws what went wrong, or completes the file.
  mutating func close() throws(SpectraError) -> DecompositionSummary {
    if let failure { throw failure.error }
    try SpectraError.ofFile { () throws(HDF5Error) in
      let names = SVDDriver.allCases.filter(drivers.contains).map(\.rawValue)
      try writer?.annotate("svd_driver", names.isEmpty ? "gesdd" : names.joined(separator: ", "))
      if !fallbacks.isEmpty {
        try writer?.annotate("svd_fallback", fallbacks.prefix(100).joined(separator: " "))
      }
      try writer.take()?.close()
    }
    return summary
  }

  private mutating func write(_ gradient: DecomposedGradient) throws(HDF5Error) {
    for source in gradient.sources {
      try writer?.write(gradient.spectrum, of: source, module: gradient.module)
      if gradient.svd.rank > 0, source.hasVectors {
        try writer?.write(gradient.svd.vectors, of: source, module: gradient.module)
      }
      if case .example(let example) = source { try writeShares(gradient, example) }
    }
    summary.gradientCount += 1
    summary.note(gradient.svd.certificate, of: gradient.place)
    summary.decompositionTime += gradient.decompositionTime
    drivers.insert(gradient.svd.driver)
    if gradient.svd.driver == .gesvd {
      summary.fallbackCount += 1
      fallbacks.append("\(gradient.sources[0])/\(gradient.module)")
    }
  }

  private mutating func writeShares(_ gradient: DecomposedGradient, _ example: Int)
    throws(HDF5Error)
  {
    if gradient.svd.shares.columns == 0 { return }
    try writer?.write(
      attribution: gradient.svd.shares, example: example, module: gradient.module)
  }
}
