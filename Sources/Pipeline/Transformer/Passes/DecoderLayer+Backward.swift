import LinearAlgebra

extension DecoderLayer {
  /// Turns the gradient of the layer's output into that of its input, in place, and hands the
  /// factors of the weight gradients to the observer.
  ///
  /// The gradient of the first layer's input is found only when the observer wants that of the
  /// embedding.
  ///
  /// - Parameters:
  ///   - gradient: With respect to the residual stream, [T × d]; after on entry, before on return.
  ///   - a: The forward pass's activations.
  ///   - weights: The layer's parameters.
  ///   - ranges: Rows of each sequence.
  ///   - positions: Position of each row.
  ///   - buffers: Working space.
  ///   - observer: Receives what arises.
  /// - Throws: What the observer throws, or when the weights cannot be read.
  func backward(
    _ gradient: inout Matrix, _ a: LayerActivations, _ weights: LayerWeights,
    ranges: [Range<Int>], positions: [Int], _ buffers: BackwardBuffers,
    observer: any GradientObserver
  ) throws {
    try mlpBackward(&gradient, a, weights, buffers, observer)
    try attentionBackward(&gradient, a, weights, ranges, positions, buffers, observer)
  }

  private func mlpBackward(
    _ gradient: inout Matrix, _ a: LayerActivations, _ weights: LayerWeights,
    _ buffers: BackwardBuffers, _ observer: any GradientObserver
  ) throws {
    outputNormBackward(
      gradient, delta: a.mlpDelta, weights, .mlpOutput, buffers, observer)
    try observer.observe(layer: index, site: .down, input: a.gated, outputGradient: buffers.delta)
    try weights.down.backward(buffers.delta, into: &buffers.gated)
    GatedMLP.backward(
      buffers.gated, gateUp: a.gateUp, activation: configuration.activation, into: &buffers.gateUp)
    try observer.observe(
      layer: index, site: .gateUp, input: a.mlpInput, outputGradient: buffers.gateUp)
    try weights.gateUp.backward(buffers.gateUp, into: &buffers.normed)
    inputNormBackward(
      &gradient, input: a.middle, weights, .mlp, buffers, observer)
  }

  private func attentionBackward(
    _ gradient: inout Matrix, _ a: LayerActivations, _ weights: LayerWeights,
    _ ranges: [Range<Int>], _ positions: [Int], _ buffers: BackwardBuffers,
    _ observer: any GradientObserver
  ) throws {
    outputNormBackward(
      gradient, delta: a.attentionDelta, weights, .attentionOutput, buffers, observer)
    try observer.observe(
      layer: index, site: .output, input: a.attentionOutput, outputGradient: buffers.delta)
    try weights.output.backward(buffers.delta, into: &buffers.attentionOutput)
    attention.backward(
      buffers.attentionOutput, queryKeyValue: a.queryKeyValue, ranges: ranges,
      into: &buffers.queryKeyValue, &buffers.keysByHead, &buffers.valuesByHead)
    HeadRotation.rotate(
      &buffers.queryKeyValue, layout: layout, table: table, positions: positions, inverse: true)
    if configuration.normalizesQueriesAndKeys { headNormBackward(a, weights, buffers, observer) }
    try observer.observe(
      layer: index, site: .queryKeyValue, input: a.attentionInput,
      outputGradient: buffers.queryKeyValue)
    // Before the first layer there is only the embedding.
    if index == 0, !observer.wantsAllParameters { return }
    try weights.queryKeyValue.backward(buffers.queryKeyValue, into: &buffers.normed)
    inputNormBackward(
      &gradient, input: a.input, weights, .attention, buffers, observer)
  }

  /// `buffers.delta` = gradient of a block's output, through its norm if it has one.
  private func outputNormBackward(
    _ gradient: borrowing Matrix, delta: borrowing Matrix, _ weights: LayerWeights,
    _ kind: NormKind,
    _ buffers: BackwardBuffers, _ observer: any GradientObserver
  ) {
    guard configuration.normalizesBlockOutputs else { return buffers.delta.assign(gradient) }
    RMSNorm.backward(
      gradient, input: delta, weight: weights[norm: kind], epsilon: epsilon, into: &buffers.delta,
      adding: false)
    observeNorm(kind, gradient, input: delta, observer)
  }

  /// Adds the gradient that flows through a block and the norm before it (in `buffers.normed`) to
  /// that of the residual stream.
  private func inputNormBackward(
    _ gradient: inout Matrix, input: borrowing Matrix, _ weights: LayerWeights, _ kind: NormKind,
    _ buffers: BackwardBuffers, _ observer: any GradientObserver
  ) {
    RMSNorm.backward(
      buffers.normed, input: input, weight: weights[norm: kind], epsilon: epsilon, into: &gradient,
      adding: true)
    observeNorm(kind, buffers.normed, input: input, observer)
  }

  private func headNormBackward(
    _ a: LayerActivations, _ weights: LayerWeights, _ buffers: BackwardBuffers,
    _ observer: any GradientObserver
  ) {
    HeadRotation.normalizeBackward(
      &buffers.queryKeyValue, raw: a.rawQueryKeyValue, layout: layout, layer: weights,
      epsilon: epsilon
    ) { kind, outputGradient, heads in
      observeNorm(kind, outputGradient, input: heads, observer)
    }
  }

  private func observeNorm(
    _ kind: NormKind, _ outputGradient: borrowing Matrix, input: borrowing Matrix,
    _ observer: any GradientObserver
  ) {
    guard observer.wantsAllParameters else { return }
    var weightGradient = Matrix(rows: 1, columns: input.columns)
    RMSNorm.accumulateWeightGradient(
      outputGradient, input: input, epsilon: epsilon, into: &weightGradient)
    observer.observe(layer: index, norm: kind, gradient: weightGradient)
  }
}

/// Working space of a backward pass, used again by every layer.
final class BackwardBuffers {
  /// Gradient of a block's output, [T × d].
  var delta: Matrix
  /// Gradient of a block's normed input, [T × d].
  var normed: Matrix
  /// Gradient of the heads' outputs, [T × heads · dimension].
  var attentionOutput: Matrix
  /// Gradient of q, k, v, [T × width].
  var queryKeyValue: Matrix
  /// Gradient of the MLP's product, [T × m].
  var gated: Matrix
  /// Gradient of gate and up, [T × 2 m].
  var gateUp: Matrix

  /// Gradients of the keys that each query head looks at, before heads that share them are added up,
  /// [T × heads · dimension].
  var keysByHead: Matrix
  /// The same of the values.
  var valuesByHead: Matrix

  init(_ configuration: ModelConfiguration, _ allocate: BufferAllocation) {
    let layout = HeadLayout(configuration)
    delta = allocate(configuration.hiddenSize)
    normed = allocate(configuration.hiddenSize)
    attentionOutput = allocate(layout.queryWidth)
    queryKeyValue = allocate(layout.width)
    gated = allocate(configuration.intermediateSize)
    gateUp = allocate(2 * configuration.intermediateSize)
    keysByHead = allocate(layout.queryWidth)
    valuesByHead = allocate(layout.queryWidth)
  }
}
