import LinearAlgebra
import ResultFiles
import Tokens

/// Writes gradients into a file as they arise; none is kept.
public final class FactorWriting: GradientReceiver {
  private var writer: GradientFileWriter?

  /// Creates a file; one of that name is overwritten.
  ///
  /// - Parameters:
  ///   - examples: The examples and their controls.
  ///   - path: Where.
  ///   - provenance: Where the numbers come from.
  ///   - modules: The weights that have gradients.
  ///   - text: What a token stands for, for people; nil without a tokenizer.
  /// - Throws: `HDF5Error`.
  public init(
    _ examples: ControlledExamples, to path: String, provenance: Provenance,
    modules: [GradientModule], text: ((TokenID) -> String)? = nil
  ) throws {
    writer = try GradientFileWriter(
      creating: path, provenance: provenance, modules: modules, examples: examples.examples,
      origins: examples.origins, text: text)
  }

  /// Begins examples.
  public func begin(_ rows: [Int]) throws {
    for row in rows { try writer?.beginExample(row) }
  }

  /// Writes the factors.
  public func receive(_ gradients: [SiteGradients]) throws {
    for gradient in gradients {
      let first = gradient.modules[0]
      for (position, module) in gradient.modules.enumerated() {
        let errors = gradient.outputGradient(position)
        if position == 0 {
          try writer?.write(
            example: gradient.row, module: module, input: gradient.input, outputGradient: errors)
        } else {
          try writer?.write(
            example: gradient.row, module: module, sharingInputOf: first, outputGradient: errors)
        }
      }
    }
  }

  /// Writes the loss.
  public func finish(_ row: Int, loss: Double) throws { try writer?.finishExample(row, loss: loss) }

  /// Completes the file.
  ///
  /// - Throws: `HDF5Error`, as when the disk is full.
  public func close() throws {
    guard let writer = writer.take() else { return }
    try writer.close()
  }
}
