import LinearAlgebra

/// The parameters outside the decoder layers: embedding, final norm, head.
public final class OuterWeights {
  /// E, [vocabulary × d].
  public let embedding: TokenTable
  /// The norm before the head, [1 × d].
  public var finalNorm: Matrix
  /// The head, [vocabulary × d]; the embedding itself when they are tied.
  public let head: TokenTable

  init(
    _ configuration: ModelConfiguration, from source: any TensorSource, isResident: Bool
  ) throws {
    let embedding = try TokenTable(
      configuration.embeddingTensor, configuration, from: source, isResident: isResident)
    finalNorm = Matrix(rows: 0, columns: 0)
    if let (tensor, size) = configuration.norm(.final, layer: nil) {
      finalNorm = Matrix(row: try source.norm(tensor, size, configuration))
    }
    self.embedding = embedding
    head =
      configuration.tiesEmbeddings
      ? embedding
      : try TokenTable("lm_head.weight", configuration, from: source, isResident: isResident)
  }
}
