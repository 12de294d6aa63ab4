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

  init(_ configuration: ModelConfiguration, tokenCount: Int) {
    let layout = HeadLayout(configuration)
    func buffer(_ columns: Int, when present: Bool = true) -> Matrix {
      Matrix(uninitializedRows: present ? tokenCount : 0, columns: present ? columns : 0)
    }
    let (d, m) = (configuration.hiddenSize, configuration.intermediateSize)
    input = buffer(d)
    attentionInput = buffer(d)
    rawQueryKeyValue = buffer(layout.width, when: configuration.normalizesQueriesAndKeys)
    queryKeyValue = buffer(layout.width)
    attentionOutput = buffer(layout.queryWidth)
    attentionDelta = buffer(d, when: configuration.normalizesBlockOutputs)
    middle = buffer(d)
    mlpInput = buffer(d)
    gateUp = buffer(2 * m)
    gated = buffer(m)
    mlpDelta = buffer(d, when: configuration.normalizesBlockOutputs)
  }

  /// Floats held for each token.
  static func floatsPerToken(_ configuration: ModelConfiguration) -> Int {
    let layout = HeadLayout(configuration)
    var floats = 4 * configuration.hiddenSize + layout.width + layout.queryWidth
    floats += 3 * configuration.intermediateSize
    if configuration.normalizesQueriesAndKeys { floats += layout.width }
    if configuration.normalizesBlockOutputs { floats += 2 * configuration.hiddenSize }
    return floats
  }
}
