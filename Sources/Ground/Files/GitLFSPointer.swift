/// The few lines of text that stand in a Git checkout for a large file that was not fetched.
public enum GitLFSPointer {
  /// What is wrong with such a file, in the words of a message.
  public static let reason =
    "is a Git LFS pointer: the file itself was not downloaded (git lfs pull fetches it)"

  /// How many bytes tell a pointer from anything else.
  public static var byteCount: Int { start.count }

  private static let start = Array("version https://git-lfs.github.com/spec/v1".utf8)

  /// Whether a file that begins with these bytes is a pointer.
  ///
  /// - Parameter bytes: The first `byteCount` bytes, or more.
  /// - Returns: Whether it is.
  public static func begins(_ bytes: some Sequence<UInt8>) -> Bool { bytes.starts(with: start) }
}
