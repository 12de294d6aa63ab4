extension ModelConfiguration {
  /// Numbers of all linear weights and of the tables of tokens; norms and biases are left out.
  public var parameterCount: Double {
    let tables = Double(vocabularySize) * Double(hiddenSize)
    return Double(layerCount) * Double(linearWeightCountPerLayer) + tables
      * (tiesEmbeddings ? 1 : 2)
  }

  /// Floating-point operations that a gradient pass takes at least: `4 (N T + H A)`, N being the elements of
  /// the layers' matrices and H those of the head.
  ///
  /// Forward and activation gradients take two operations each for every token and every element of
  /// a matrix that tokens are multiplied by; no weight gradient is formed, and the head sees the rows
  /// that predict answer tokens alone.
  ///
  /// - Parameters:
  ///   - tokenCount: T.
  ///   - answerTokenCount: A, tokens that carry loss.
  /// - Returns: The number of operations.
  public func gradientPassOperations(tokenCount: Int, answerTokenCount: Int) -> Double {
    let layers = Double(linearWeightCountPerLayer) * Double(layerCount)
    let head = Double(vocabularySize) * Double(hiddenSize)
    return 4 * (layers * Double(tokenCount) + head * Double(answerTokenCount))
  }
}
