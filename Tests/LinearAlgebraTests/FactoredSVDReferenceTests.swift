import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// Factors with the singular values of their product to 50 digits.
struct ReferenceCase: CustomTestStringConvertible {
  let name: String
  let (rows, out, columns): (Int, Int, Int)
  let left: [Float]
  let right: [Float]
  let singularValues: [Double]
  var testDescription: String { name }

  static let all: [ReferenceCase] = {
    let text = String(
      decoding: (try? Fixtures.bytes("linear-algebra/singular-values.txt")) ?? [], as: UTF8.self)
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    return stride(from: 0, to: lines.count, by: 4).map { ReferenceCase(lines[$0..<$0 + 4]) }
  }()

  private init(_ lines: ArraySlice<Substring>) {
    let lines = Array(lines)
    let header = lines[0].components(separatedBy: ", ")
    name = header[0]
    (rows, out, columns) = (Int(header[1]) ?? 0, Int(header[2]) ?? 0, Int(header[3]) ?? 0)
    left = lines[1].split(separator: " ").compactMap { Float($0) }
    right = lines[2].split(separator: " ").compactMap { Float($0) }
    singularValues = lines[3].split(separator: " ").compactMap { Double($0) }
  }
}

@Test func referenceCasesAreThere() { #expect(ReferenceCase.all.count == 14) }

/// Relative to s_1 the error is a few roundings of float64 times the growth of well-conditioned
/// bases; 1e-9 s_1 leaves room for the worst conditioned that Cholesky factorisation is trusted
/// with (the bound there is 1e-7) and is a thousandth of what is promised.
@Test(arguments: ReferenceCase.all)
func singularValuesToFiftyDigits(reference: ReferenceCase) throws {
  let left = Matrix(rows: reference.rows, columns: reference.out, elements: reference.left)
  let right = Matrix(rows: reference.rows, columns: reference.columns, elements: reference.right)
  let svd = try FactoredSVD().decompose(left: left, right: right)
  #expect(deviation(svd.singularValues, from: reference.singularValues) < 1e-9)
  #expect(columnOrthogonalityDefect(svd.vectors.left) < 1e-6)
  #expect(rowOrthogonalityDefect(svd.vectors.right) < 1e-6)
  #expect(residual(svd, left, right) < 1e-6)
}
