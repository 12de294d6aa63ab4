import Crypto
import Foundation
import LinearAlgebra

/// The bytes of a file.
func contents(of path: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(filePath: path)))
}

/// SHA-256 of the float32 values, little-endian, in hexadecimal.
func hash(_ matrix: borrowing Matrix) -> String {
  var hash = SHA256()
  for row in 0..<matrix.rows {
    let values = matrix.row(row)
    hash.update(data: unsafe values.withUnsafeBytes { unsafe Array($0) })
  }
  return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// The bits of all elements: unlike `==`, these tell zeros and NaNs apart.
func bits(_ matrix: borrowing Matrix) -> [UInt32] { matrix.elements.map(\.bitPattern) }

/// Random numbers that are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

extension FixedWidthInteger {
  /// The bytes, lowest first.
  var bytes: [UInt8] { (0..<bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> (8 * $0)) } }
}
