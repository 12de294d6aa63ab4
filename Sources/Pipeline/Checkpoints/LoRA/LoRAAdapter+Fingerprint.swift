import Files
import ModelFiles

extension LoRAAdapter {
  /// Identifies the weights of an adapter: the SHA-256 of their file in hexadecimal.
  ///
  /// - Parameter folder: The adapter.
  /// - Returns: 64 digits.
  /// - Throws: `CheckpointError.file` when the file cannot be read.
  public static func fingerprint(of folder: String) throws(CheckpointError) -> String {
    let path = AdapterFileName.weights.path(in: folder)
    return Digest.sha256(
      try CheckpointError.file(path) { () throws(FileFault) in try OpenFile.contents(of: path) })
  }
}
