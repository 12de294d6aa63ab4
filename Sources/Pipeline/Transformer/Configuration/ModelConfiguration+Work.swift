extension ModelConfiguration {
  /// Numbers of all linear weights and of the tables of tokens; norms and biases are left out.
  public var parameterCount: Double {
    let tables = Double(vocabularySize) * Double(hiddenSize)
    return Double(layerCount) * Double(linearWeightCountPerLayer) + tables
      * (tiesEmbeddings ? 1 : 2)
  }

  /// Floating-point operations that a gradient pass takes at least: `4 N T`.
  ///
  /// Forward and activation gradients take two operations each for every token and every element of
  /// a matrix that tokens are multiplied by; no weight gradient is formed.
  ///
  /// - Parameter tokenCount: T, all of which carry loss.
  /// - Returns: The number of operations.
  public func gradientPassOperations(tokenCount: Int) -> Double {
    let weights = linearWeightCountPerLayer * layerCount + vocabularySize * hiddenSize
    return 4 * Double(weights) * Double(tokenCount)
  }
}
