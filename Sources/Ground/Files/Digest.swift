import Crypto

/// SHA-256 in hexadecimal.
public enum Digest {
  /// The digest of some bytes.
  ///
  /// - Parameter bytes: What is hashed.
  /// - Returns: 64 digits.
  public static func sha256(_ bytes: [UInt8]) -> String {
    hexadecimal(SHA256.hash(data: bytes))
  }

  /// Two lower-case digits a byte.
  static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }

  /// A digest of bytes that arrive in pieces.
  public struct Stream {
    private var hash = SHA256()

    /// Starts with nothing.
    public init() {}

    /// Adds bytes.
    ///
    /// - Parameter bytes: The next piece.
    public mutating func update(_ bytes: [UInt8]) { hash.update(data: bytes) }

    /// The digest of all pieces in hexadecimal.
    public func finish() -> String { Digest.hexadecimal(hash.finalize()) }
  }
}
