import Checkpoints
import Files
import LinearAlgebra

extension Checkpoint: TensorSource {
  /// The shape of a tensor, or nil when the checkpoint has none of that name.
  ///
  /// - Parameter name: Hugging Face name.
  /// - Returns: Sizes, slowest first, or nil.
  public func shape(of name: String) -> [Int]? { descriptor(of: name)?.shape }

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
