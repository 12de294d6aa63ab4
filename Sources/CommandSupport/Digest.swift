import Crypto

/// SHA-256 in hexadecimal.
public enum Digest {
  /// The digest of some bytes.
  ///
  /// - Parameter bytes: What is hashed.
  public static func sha256(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
