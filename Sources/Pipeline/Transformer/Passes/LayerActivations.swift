import LinearAlgebra

/// What the forward pass of one layer leaves for its backward pass.
///
/// T tokens, width d, intermediate width m.
final class LayerActivations {
  /// The residual stream before the layer, [T × d].
  var input: Matrix
  /// X of q, k, v, [T × d].
  var attentionInput: Matrix
  /// q, k, v before their norm, [T × width], or empty when they have none.
  var rawQueryKeyValue: Matrix
  /// q, k, v, normalised and rotated, [T × width].
  var queryKeyValue: Matrix
  /// X of o, [T × heads · dimension].
  var attentionOutput: Matrix
  /// The attention block's output before its norm, [T × d], or empty when it has none.
  var attentionDelta: Matrix
  /// The residual stream between attention and MLP, [T × d].
  var middle: Matrix
  /// X of gate and up, [T × d].
  var mlpInput: Matrix
  /// gate and up, [T × 2 m].
  var gateUp: Matrix
  /// X of down, [T × m].
  var gated: Matrix
  /// The MLP's output before its norm, [T × d], or empty when it has none.
  var mlpDelta: Matrix

  init(_ configuration: ModelConfiguration, _ allocate: BufferAllocation) {
    let layout = HeadLayout(configuration)
    let (d, m) = (configuration.hiddenSize, configuration.intermediateSize)
    let delta = configuration.normalizesBlockOutputs ? d : 0
    input = allocate(d)
    attentionInput = allocate(d)
    rawQueryKeyValue = allocate(configuration.normalizesQueriesAndKeys ? layout.width : 0)
    queryKeyValue = allocate(layout.width)
    attentionOutput = allocate(layout.queryWidth)
    attentionDelta = allocate(delta)
    middle = allocate(d)
    mlpInput = allocate(d)
    gateUp = allocate(2 * m)
    gated = allocate(m)
    mlpDelta = allocate(delta)
  }
}
