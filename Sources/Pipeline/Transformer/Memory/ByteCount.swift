/// An amount of memory, written like `800MiB` or `4GB`.
public struct ByteCount: Sendable, Equatable, Comparable, CustomStringConvertible {
  /// Number of bytes.
  public let bytes: Int

  /// Creates an amount.
  ///
  /// - Parameter bytes: Number of bytes, at least 0.
  public init(_ bytes: Int) { self.bytes = bytes }

  /// The amount that an estimate comes to, or the largest there is.
  init(rounding bytes: Double) { self.bytes = bytes < 0x1p62 ? Int(bytes.rounded(.up)) : 1 << 62 }

  /// Reads a number with an optional unit: `kB`, `MB`, `GB`, `TB` are powers of 1000, `KiB`, `MiB`,
  /// `GiB`, `TiB` powers of 1024; the final B may be left out.
  ///
  /// Nil for anything else, zero and amounts from 2^62 bytes on included.
  ///
  /// - Parameter text: Such as `4GB`, `1.5 GiB` or `800m`.
  public init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
    guard let number = Double(digits), let factor = Self.factors[unit] else { return nil }
    let bytes = number * factor
    guard bytes >= 1, bytes < 0x1p62 else { return nil }
    self.bytes = Int(bytes)
  }

  private static let factors: [String: Double] = {
    var factors: [String: Double] = ["": 1, "b": 1]
    for (power, prefix) in ["k", "m", "g", "t"].enumerated() {
      let (decimal, binary) = (
        [1e3, 1e6, 1e9, 1e12][power], [0x1p10, 0x1p20, 0x1p30, 0x1p40][power]
      )
      factors[prefix] = decimal
      factors[prefix + "b"] = decimal
      factors[prefix + "i"] = binary
      factors[prefix + "ib"] = binary
    }
    return factors
  }()

  /// Rounded up to three digits, so that as much as it says is enough: `1.64GB`, `83MB`.
  public var description: String {
    for (unit, size) in [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000)]
    where bytes >= size {
      let hundredths = (bytes - 1) / (size / 100) + 1
      if hundredths >= 10_000 || unit == "MB" { return "\((hundredths + 99) / 100)\(unit)" }
      let fraction = hundredths % 100
      if fraction == 0 { return "\(hundredths / 100)\(unit)" }
      return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)\(unit)"
    }
    return "\(bytes)B"
  }

  /// Whether one amount is less than another.
  public static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }
}
