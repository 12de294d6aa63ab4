import LinearAlgebra
import Tokens
import Transformer

/// The modules whose gradients are wanted, by the place where a pass delivers them.
struct SelectedModules: Sendable {
  /// What of them is wanted.
  let parameters: GradientParameters
  private let layers: [[LinearSite: [SelectedModule]]]

  init(_ modules: [LinearModule], _ parameters: GradientParameters) {
    self.parameters = parameters
    var index = 0
    var layers = Array(
      repeating: [LinearSite: [SelectedModule]](), count: (modules.map(\.layer).max() ?? -1) + 1)
    for module in modules {
      layers[module.layer][module.site, default: []].append(
        SelectedModule(index: index, module: module))
      index += parameters.listed(of: module).count
    }
    self.layers = layers
  }

  subscript(layer: Int, site: LinearSite) -> [SelectedModule]? {
    layer < layers.count ? layers[layer][site] : nil
  }
}

/// Takes a backward pass apart into the gradients of its examples, and makes those of the controls that
/// differ in their errors alone.
final class PassObserver: GradientObserver {
  private let examples: ControlledExamples
  private let rows: [Int]
  private let modules: SelectedModules
  private let receivers: [any GradientReceiver]
  private var ranges: [Range<Int>] = []

  /// Creates an observer of one pass.
  ///
  /// - Parameters:
  ///   - rows: The rows of the file that take part, in the order of the pass.
  ///   - examples: All rows.
  ///   - modules: The modules whose gradients are wanted.
  ///   - receivers: Who is given them.
  init(
    _ rows: [Int], of examples: ControlledExamples, modules: SelectedModules,
    receivers: [any GradientReceiver]
  ) {
    self.rows = rows
    self.examples = examples
    self.modules = modules
    self.receivers = receivers
  }

  /// The rows of the file that the pass brings.
  private var delivered: [Int] { rows.flatMap { [$0] + examples.rows(sharing: $0) } }

  func begin(_ examples: [Example], rows: [Range<Int>]) throws {
    ranges = rows
    for receiver in receivers { try receiver.begin(delivered) }
  }

  func finish(losses: [Double]) throws {
    for (row, loss) in zip(rows, losses) {
      for delivered in [row] + examples.rows(sharing: row) {
        for receiver in receivers { try receiver.finish(delivered, loss: loss) }
      }
    }
  }

  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) throws {
    guard let selected = modules[layer, site] else { return }
    var gradients: [SiteGradients] = []
    for (row, range) in zip(rows, ranges) {
      let errors = outputGradient.copyingRows(range)
      for delivered in [row] + examples.rows(sharing: row) {
        let control = examples.rows[delivered].errors
        let own = control?.applied(to: errors, modules: selected.map(\.module)) ?? errors.copy()
        gradients += try modules.parameters.gradients(
          row: delivered, id: examples.rows[delivered].example.id,
          input: input.copyingRows(range), errors: own, modules: selected)
      }
    }
    for receiver in receivers { try receiver.receive(gradients) }
  }
}

extension Matrix {
  fileprivate func copyingRows(_ rows: Range<Int>) -> Matrix {
    copying(Block(rows: rows, columns: 0..<columns))
  }
}
