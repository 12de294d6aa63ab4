import LinearAlgebra

/// Writes gradients into a file as they arise; none is kept.
final class FactorWriting: GradientReceiver {
  private var writer: GradientFileWriter?

  init(_ writer: consuming GradientFileWriter) { self.writer = consume writer }

  func begin(_ rows: [Int]) throws {
    for row in rows { try writer?.beginExample(row) }
  }

  func receive(_ gradients: [SiteGradients]) throws {
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

  func finish(_ row: Int, loss: Double) throws { try writer?.finishExample(row, loss: loss) }

  func close() throws {
    guard let writer = writer.take() else { return }
    try writer.close()
  }
}
