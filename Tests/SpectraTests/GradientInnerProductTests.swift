import LinearAlgebra
import SafetyGradients
import Spectra
import TestSupport
import Testing

private func factors(seed: UInt64, tokens: Int) -> GradientFactors {
  var draws = Draws(seed: seed)
  let input = draws.matrix(tokens, 9)
  return GradientFactors(input: input, outputGradient: draws.matrix(tokens, 13))
}

/// What is avoided: the gradient, and sums over its entries.
private func formedInnerProduct(
  _ a: borrowing GradientFactors, _ b: borrowing GradientFactors
) -> Double {
  let first = formedGradient(left: a.outputGradient, right: a.input)
  return first.innerProduct(with: formedGradient(left: b.outputGradient, right: b.input))
}

@Test func innerProductIsThatOfTheFormedGradients() {
  let first = factors(seed: 1, tokens: 5)
  let second = factors(seed: 2, tokens: 20)
  #expect(abs(first.innerProduct(with: second) - formedInnerProduct(first, second)) < 1e-12)
  #expect(abs(first.frobeniusNorm - formedInnerProduct(first, first).squareRoot()) < 1e-12)
}

@Test func cosineOfAGradientWithItselfAndItsNegative() {
  let first = factors(seed: 3, tokens: 6)
  var opposite = first.outputGradient.copy()
  for row in 0..<6 { for column in 0..<13 { opposite[row, column] *= -2 } }
  #expect(abs(first.cosine(with: first) - 1) < 1e-14)
  let second = GradientFactors(input: first.input.copy(), outputGradient: opposite)
  #expect(abs(first.cosine(with: second) + 1) < 1e-14)
}

@Test func gradientsOfDisjointInputsAreOrthogonal() {
  let outputs = Matrix(rows: 1, columns: 2, elements: [1, 2])
  let first = GradientFactors(
    input: Matrix(rows: 1, columns: 2, elements: [1, 0]), outputGradient: outputs.copy())
  let second = GradientFactors(
    input: Matrix(rows: 1, columns: 2, elements: [0, 1]), outputGradient: outputs.copy())
  #expect(first.cosine(with: second) == 0)
}

@Test func zeroHasNoAngle() {
  let zero = GradientFactors(
    input: Matrix(rows: 2, columns: 9), outputGradient: Matrix(rows: 2, columns: 13))
  #expect(zero.cosine(with: factors(seed: 4, tokens: 3)).isNaN)
  #expect(zero.frobeniusNorm == 0)
}
