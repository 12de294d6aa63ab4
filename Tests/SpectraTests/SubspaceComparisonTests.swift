import Glibc
import LinearAlgebra
import Spectra
import TestSupport
import Testing

/// Float32 vectors know an angle to about 1e-7.
private let tolerance = 1e-6

/// By `scipy.linalg.subspace_angles`, of columns made orthonormal by NumPy.
@Test func anglesAgreeWithSciPy() throws {
  let first = Matrix(
    rows: 6, columns: 3,
    elements: [
      -0.44445663690567017, -0.6256510019302368, 0.1281820833683014, 0.059260886162519455,
      -0.4010621905326843, -0.8040624856948853, 0.08889132738113403, 0.21062707901000977,
      -0.3540509045124054, 0.2666739821434021, 0.37539058923721313, -0.3060619533061981,
      -0.17778265476226807, -0.16476352512836456, -0.27714166045188904, 0.8296523690223694,
      -0.4850578010082245, 0.20302559435367584,
    ])
  let second = Matrix(
    rows: 6, columns: 3,
    elements: [
      -0.44467347860336304, 0.024250077083706856, -0.5408861637115479, 0.05912186577916145,
      -0.4696086645126343, -0.21272677183151245, 0.08896432816982269, 0.6374671459197998,
      -0.40142908692359924, 0.2668040990829468, 0.548570990562439, 0.35868966579437256,
      -0.1778397560119629, 0.22087760269641876, -0.4247206151485443, 0.829484224319458,
      -0.1509908139705658, -0.43817606568336487,
    ])
  let comparison = try SubspaceComparison(columnsOf: first, second, rank: 3)
  for (angle, expected) in try pairs(
    comparison.angles, [0, 0.3539335436057233, 1.3898446533800386])
  {
    #expect(abs(angle - expected) < tolerance)
  }
  #expect(abs(comparison.overlap - 0.6374209627931107) < tolerance)
  #expect(comparison.chanceOverlap == 0.5)
}

/// The plane of the first two axes, and the same turned by an angle about the first axis.
@Test(arguments: [0, 1e-5, 1e-3, 0.5, Double.pi / 4, 1.5, Double.pi / 2])
func planesAtAKnownAngle(angle: Double) throws {
  let first = Matrix(rows: 2, columns: 4, elements: [1, 0, 0, 0, 0, 1, 0, 0])
  let second = Matrix(
    rows: 2, columns: 4,
    elements: [0, Float(cos(angle)), Float(sin(angle)), 0, 1, 0, 0, 0])
  let comparison = try SubspaceComparison(rowsOf: first, second, rank: 2)
  // The arc cosine alone would know an angle of 1e-5 to 1e-3 of itself at best.
  #expect(abs(comparison.angles[0]) < 1e-12)
  #expect(abs(comparison.angles[1] - angle) < max(1e-6 * angle, 1e-12))
  #expect(abs(comparison.overlap - (1 + cos(angle) * cos(angle)) / 2) < tolerance)
}

@Test func rowsAndColumnsAgree() throws {
  let first = Matrix(rows: 3, columns: 2, elements: [1, 0, 0, 0.6, 0, 0.8])
  let second = Matrix(rows: 3, columns: 2, elements: [0, 1, 1, 0, 0, 0])
  let firstRows = Matrix(rows: 2, columns: 3, elements: [1, 0, 0, 0, 0.6, 0.8])
  let secondRows = Matrix(rows: 2, columns: 3, elements: [0, 1, 0, 1, 0, 0])
  #expect(
    try SubspaceComparison(columnsOf: first, second, rank: 2)
      == SubspaceComparison(rowsOf: firstRows, secondRows, rank: 2))
  let leading = try SubspaceComparison(columnsOf: first, second, rank: 1)
  #expect(leading.overlap == 0)
  #expect(abs(leading.angles[0] - .pi / 2) < 1e-12)
}
