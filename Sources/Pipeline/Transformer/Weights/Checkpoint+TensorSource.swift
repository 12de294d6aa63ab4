import Checkpoints
import Files
import LinearAlgebra

extension Checkpoint: TensorSource {
  /// The shape of a tensor, or nil when the checkpoint has none of that name.
  ///
  /// - Parameter name: Hugging Face name.
  /// - Returns: Sizes, slowest first, or nil.
  public func shape(of name: String) -> [Int]? { descriptor(of: name)?.shape }

  /// Converts some rows of a tensor to float32.
  ///
  /// - Parameters:
  ///   - name: Hugging Face name.
  ///   - rows: Rows of it.
  ///   - destination: As many elements as they have; overwritten.
  /// - Throws: `CheckpointError.tensor` when there is none or its type is not supported.
  public func read(
    _ name: String, rows: Range<Int>, into destination: inout MutableSpan<Float>
  ) throws {
    try read(name, rows: rows, into: &destination, at: 0)
  }

  /// Has the kernel read the tensor's pages ahead.
  ///
  /// - Parameter name: Hugging Face name.
  public func willRead(_ name: String) { advise(.willNeed, for: name) }

  /// Gives the pages of the rows back: they would count as memory of this process.
  ///
  /// - Parameters:
  ///   - name: Hugging Face name.
  ///   - rows: Rows of it.
  public func didRead(_ name: String, rows: Range<Int>) { advise(.finished, for: name, rows: rows) }
}
