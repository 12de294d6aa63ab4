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

extension FixedWidthInteger {
  /// The bytes, lowest first.
  var bytes: [UInt8] { (0..<bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> (8 * $0)) } }
}
