/// What the gradients say of candidates, from their inner products alone.
///
/// With g_i the gradient of candidate i, m_i the mean gradient of the other candidates, a that of the attack's
/// examples, and h_b the gradients of the harmless answers b with T_b tokens:
///
///     alignment_i = cos(g_i, m_i)                          how much of what the pool asks for one example asks for
///     opposition_i = -cos(g_i, a)                          how much it undoes what the attack did
///     predicted_drop_i = <m_i, g_i> / ||g_i||              fall of the others' mean loss, nats for each unit of the
///                                                          length of a step along -g_i
///     predicted_kl_i = mean_b T_b <h_b, g_i>² / (2 ||g_i||²)   rise of KL on the harmless answers, nats a token for
///                                                          each unit of the square of that length
///     drop_per_kl_i = predicted_drop_i / predicted_kl_i    of a step of length 1
///
/// KL(model || model moved by d) has no first-order term; its second-order one is `½ dᵀ F d` with the Fisher
/// matrix F (Martens 2020, section 5). F is the mean of squares of gradients over answers drawn from the model;
/// for a mean over T independent tokens that is T times the square of the mean's gradient. The model's greedy
/// answers stand for draws here, which is the known weakness of an empirical Fisher matrix (Kunstner, Hennig &
/// Balles 2019): at tokens that the model is sure of it sees next to nothing, and the few answers span a small
/// part of the space. It serves to rank, not to tell the KL of a step.
public struct GradientScores: Sendable {
  /// cos(g_i, m_i) of each candidate; NaN for a gradient of zero, as all scores.
  public let alignment: [Double]
  /// -cos(g_i, a) of each candidate; nil without an attack.
  public let opposition: [Double]?
  /// <m_i, g_i> / ||g_i|| of each candidate.
  public let predictedDrop: [Double]
  /// The predicted rise of KL for a step of length 1; nil without harmless answers.
  public let predictedKL: [Double]?
  /// ||g_i||.
  public let norms: [Double]

  /// The predicted fall of the others' loss for the predicted rise of KL; nil without harmless answers.
  public var dropPerKL: [Double]? {
    predictedKL.map { zip(predictedDrop, $0).map { drop, rise in drop / rise } }
  }

  /// Scores candidates.
  ///
  /// - Parameters:
  ///   - products: Inner products of the gradients of candidates, attack and harmless answers, in this order.
  ///   - candidates: Their number, 2 at least.
  ///   - attack: Their number, 0 for none.
  ///   - answerLengths: T_b of each harmless answer.
  public init(products: [[Double]], candidates: Int, attack: Int, answerLengths: [Int]) {
    precondition(candidates > 1 && products.count == candidates + attack + answerLengths.count)
    let pool = 0..<candidates
    let attackers = candidates..<(candidates + attack)
    func sum(_ row: Int, over columns: Range<Int>) -> Double {
      columns.reduce(0) { $0 + products[row][$1] }
    }
    let squares = pool.map { products[$0][$0] }
    let norms = squares.map { max($0, 0).squareRoot() }
    let others = pool.map { sum($0, over: pool) - squares[$0] }
    let total = pool.reduce(0) { $0 + sum($1, over: pool) }
    self.norms = norms
    alignment = pool.map { index in
      // ||sum of the others||² = ||sum of all||² - 2 <g_i, sum of all> + ||g_i||²
      let rest = total - 2 * (others[index] + squares[index]) + squares[index]
      return cosine(others[index], norms[index], max(rest, 0).squareRoot())
    }
    predictedDrop = pool.map { others[$0] / (Double(candidates - 1) * norms[$0]) }
    if attack > 0 {
      let length = max(attackers.reduce(0) { $0 + sum($1, over: attackers) }, 0).squareRoot()
      opposition = pool.map { -cosine(sum($0, over: attackers), norms[$0], length) }
    } else {
      opposition = nil
    }
    let first = candidates + attack
    let slopes = pool.map { index in
      answerLengths.indices.map { products[index][first + $0] / norms[index] }
    }
    predictedKL =
      answerLengths.isEmpty
      ? nil
      : slopes.map { slopes in
        zip(slopes, answerLengths).reduce(0) { $0 + Double($1.1) * $1.0 * $1.0 }
          / Double(2 * answerLengths.count)
      }
  }
}

private func cosine(_ product: Double, _ one: Double, _ other: Double) -> Double {
  let cosine = product / (one * other)
  return cosine.isNaN ? cosine : min(max(cosine, -1), 1)
}
