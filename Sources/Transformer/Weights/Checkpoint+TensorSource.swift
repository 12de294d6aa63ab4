import Checkpoints
import LinearAlgebra

extension Checkpoint: TensorSource {
  /// The shape of a tensor, or nil when the checkpoint has none of that name.
  ///
  /// - Parameter name: Hugging Face name.
  /// - Returns: Sizes, slowest first, or nil.
  public func shape(of name: String) -> [Int]? { descriptor(of: name)?.shape }
}
