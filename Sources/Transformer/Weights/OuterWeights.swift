import LinearAlgebra

/// The parameters outside the decoder layers: embedding, final norm, head.
public final class OuterWeights {
  /// E, [vocabulary × d].
  public var embedding: Matrix
  /// The norm before the head, [1 × d].
  public var finalNorm: Matrix
  /// The head, [vocabulary × d], or empty when it is the embedding.
  public var head: Matrix

  init(_ configuration: ModelConfiguration, from source: any TensorSource) throws {
    let shape = [configuration.vocabularySize, configuration.hiddenSize]
    var embedding = Matrix(uninitializedRows: shape[0], columns: shape[1])
    try source.matrix("model.embed_tokens.weight", shape, into: &embedding, atRow: 0)
    let finalNorm = try source.norm("model.norm.weight", shape[1], configuration)
    var head = Matrix(rows: 0, columns: 0)
    if !configuration.tiesEmbeddings {
      head = Matrix(uninitializedRows: shape[0], columns: shape[1])
      try source.matrix("lm_head.weight", shape, into: &head, atRow: 0)
    }
    self.embedding = embedding
    self.finalNorm = finalNorm
    self.head = head
  }
}
