import Crypto
import Glibc
import LinearAlgebra
import OrderedJSON
import Testing

/// Path of a fixture.
func resource(_ name: String) -> String {
  let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
  return "/\(folder)/Resources/\(name)"
}

/// A fixture that is JSON.
func json(_ name: String) throws -> JSONValue {
  try JSONValue(parsing: try contents(of: resource(name)))
}

/// The bytes of a file.
func contents(of path: String) throws -> [UInt8] {
  let file = try #require(unsafe fopen(path, "rb"))
  defer { unsafe fclose(file) }
  var bytes: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 1 << 16)
  while case let count = unsafe fread(&piece, 1, piece.count, file), count > 0 {
    bytes += piece[..<count]
  }
  return bytes
}

/// A folder of its own for one test, removed with everything in it.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/checkpoints-tests-XXXXXX".utf8CString)
    path = String(cString: try #require(unsafe mkdtemp(&template)))
  }

  deinit { Self.remove(path) }

  /// Writes a file, in folders that are made as needed, and gives its path.
  @discardableResult
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    let file = try #require(unsafe fopen(try makePath(to: name), "wb"))
    defer { unsafe fclose(file) }
    if !bytes.isEmpty { #expect(unsafe fwrite(bytes, 1, bytes.count, file) == bytes.count) }
    return "\(path)/\(name)"
  }

  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try write(Array(text.utf8), to: name)
  }

  /// Copies a fixture and gives the path of the copy.
  @discardableResult
  func copy(_ fixture: String, to name: String) throws -> String {
    try write(try contents(of: resource(fixture)), to: name)
  }

  func makeFolder(_ name: String) throws -> String {
    try makePath(to: name + "/x").split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
  }

  private func makePath(to name: String) throws -> String {
    var folder = path
    for part in name.split(separator: "/").dropLast() {
      folder += "/\(part)"
      #expect(mkdir(folder, 0o777) == 0 || errno == EEXIST)
    }
    return "\(path)/\(name)"
  }

  private static func remove(_ path: String) {
    if let directory = unsafe opendir(path) {
      while let entry = unsafe readdir(directory) {
        let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
          unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != "." && name != ".." { remove("\(path)/\(name)") }
      }
      unsafe closedir(directory)
    }
    unlink(path)
    rmdir(path)
  }
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
