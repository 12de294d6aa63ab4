import LinearAlgebra

/// One decoder layer: attention and MLP, each normed before (and in some models after) and added
/// to the residual stream.
struct DecoderLayer {
  let configuration: ModelConfiguration
  let index: Int
  let attention: Attention
  let layout: HeadLayout
  let table: RotaryTable

  init(_ configuration: ModelConfiguration, index: Int, tables: [RotaryTable]) {
    self.configuration = configuration
    self.index = index
    attention = Attention(configuration, layer: index)
    layout = HeadLayout(configuration)
    table = tables[configuration.layers[index].rotary]
  }

  var epsilon: Float { configuration.normEpsilon }

  /// How the layer's tokens attend: within a packed batch, or to a cache that they extend.
  typealias AttentionStep = (borrowing Matrix, inout Matrix) -> Void

  /// Fills the activations from `a.input` on and overwrites `output` with the residual stream
  /// after the layer.
  ///
  /// - Parameters:
  ///   - a: The layer's activations; `input` is set.
  ///   - weights: The layer's parameters.
  ///   - positions: Position of each row in its sequence.
  ///   - output: [T × d].
  ///   - attend: Computes the heads' outputs from the rotated q, k, v.
  /// - Throws: When the weights cannot be read.
  func forward(
    _ a: LayerActivations, _ weights: LayerWeights, positions: [Int], into output: inout Matrix,
    attend: AttentionStep
  ) throws {
    RMSNorm.forward(
      a.input, weight: weights[norm: .attention], epsilon: epsilon, into: &a.attentionInput)
    try weights.queryKeyValue.forward(a.attentionInput, into: &a.queryKeyValue)
    if configuration.normalizesQueriesAndKeys {
      a.rawQueryKeyValue.assign(a.queryKeyValue)
      HeadRotation.normalize(&a.queryKeyValue, layout: layout, layer: weights, epsilon: epsilon)
    }
    HeadRotation.rotate(&a.queryKeyValue, layout: layout, table: table, positions: positions)
    attend(a.queryKeyValue, &a.attentionOutput)

    a.middle.assign(a.input)
    try addBlock(
      weights.output, a.attentionOutput, norm: weights[norm: .attentionOutput], &a.attentionDelta,
      to: &a.middle)
    RMSNorm.forward(a.middle, weight: weights[norm: .mlp], epsilon: epsilon, into: &a.mlpInput)
    try weights.gateUp.forward(a.mlpInput, into: &a.gateUp)
    GatedMLP.forward(a.gateUp, activation: configuration.activation, into: &a.gated)
    output.assign(a.middle)
    try addBlock(weights.down, a.gated, norm: weights[norm: .mlpOutput], &a.mlpDelta, to: &output)
  }

  /// Adds a block's output, normed if the model does so, to the residual stream.
  private func addBlock(
    _ linear: LinearWeight, _ input: borrowing Matrix, norm: borrowing Matrix,
    _ delta: inout Matrix, to residual: inout Matrix
  ) throws {
    guard configuration.normalizesBlockOutputs else {
      return try linear.forward(input, into: &residual, adding: true)
    }
    try linear.forward(input, into: &delta)
    var normed = Matrix(uninitializedRows: delta.rows, columns: delta.columns)
    RMSNorm.forward(delta, weight: norm, epsilon: epsilon, into: &normed)
    residual.add(normed)
  }
}
