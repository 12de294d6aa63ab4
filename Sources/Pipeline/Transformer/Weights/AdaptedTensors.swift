import Checkpoints
import LinearAlgebra

/// The tensors of a model, with the changes of adapters added as they are read.
public struct AdaptedTensors: TensorSource {
  private let base: any TensorSource
  /// The changes of a tensor, in the order of the adapters, each with its adapter's path.
  private let changes: [String: [(path: String, change: LowRankMatrix)]]

  /// Adds adapters to tensors.
  ///
  /// - Parameters:
  ///   - base: The tensors; what the adapters change is among them, in their shapes.
  ///   - adapters: For each its path and its changes, by the names of the layers in the checkpoint.
  public init(
    _ base: any TensorSource, adapters: [(path: String, changes: [String: LowRankMatrix])]
  ) {
    self.base = base
    changes = adapters.reduce(into: [:]) { changes, adapter in
      for (name, change) in adapter.changes {
        changes[name + ".weight", default: []].append((adapter.path, change))
      }
    }
  }

  /// The shape of a tensor, which stays.
  ///
  /// - Parameter name: Its name.
  /// - Returns: The shape, or nil when there is no such tensor.
  public func shape(of name: String) -> [Int]? { base.shape(of: name) }

  /// Has the kernel read the tensor's pages ahead.
  ///
  /// - Parameter name: The tensor.
  public func willRead(_ name: String) { base.willRead(name) }

  /// Gives the pages of rows back.
  ///
  /// - Parameters:
  ///   - name: The tensor.
  ///   - rows: Its rows that have been read.
  public func didRead(_ name: String, rows: Range<Int>) { base.didRead(name, rows: rows) }

  /// Reads rows and adds `scale · B A` to them.
  ///
  /// - Parameters:
  ///   - name: The tensor.
  ///   - rows: Its rows.
  ///   - destination: As many elements as the rows have; overwritten.
  /// - Throws: `CheckpointError.adapter` naming the module whose sum is beyond float32, or when the data
  ///   cannot be read.
  public func read(
    _ name: String, rows: Range<Int>, into destination: inout MutableSpan<Float>
  ) throws {
    try base.read(name, rows: rows, into: &destination)
    guard let changes = changes[name], !rows.isEmpty else { return }
    // Weights that are not finite to begin with are no adapter's fault, and named by whoever checks them.
    guard firstNonFinite(destination.span) == nil else { return }
    for (path, change) in changes {
      add(change, rows: rows, to: &destination)
      guard firstNonFinite(destination.span) == nil else {
        throw CheckpointError.adapter(
          path: path, .changeOverflows(String(name.dropLast(".weight".count))))
      }
    }
  }

  /// Adds some rows of a change, in groups that begin at the same rows whichever are asked for.
  ///
  /// BLAS rounds a row by its place among the others, by how many there are, and by how threads share a product:
  /// each group is a product of its own, by one thread.
  private func add(
    _ change: LowRankMatrix, rows: Range<Int>, to values: inout MutableSpan<Float>
  ) {
    let columns = change.right.columns
    let first = rows.lowerBound / WeightMatrix.rowsInKernel * WeightMatrix.rowsInKernel
    var sum = Matrix(rows: WeightMatrix.rowsInKernel, columns: columns)
    for start in stride(from: first, to: rows.upperBound, by: WeightMatrix.rowsInKernel) {
      let group = start..<min(start + WeightMatrix.rowsInKernel, change.left.rows)
      let asked = group.clamped(to: rows)
      let (there, here) = (asked.lowerBound - rows.lowerBound, asked.lowerBound - start)
      var sums = sum.mutableSpan
      for place in 0..<(asked.count * columns) {
        sums[here * columns + place] = values[there * columns + place]
      }
      ComputeThreads.$count.withValue(1) {
        sum.multiply(
          change.left, Block(rows: group, columns: 0..<change.innerDimension), by: change.right,
          change.right.wholeBlock, into: Block(rows: 0..<group.count, columns: 0..<columns),
          alpha: change.scale, beta: 1)
      }
      let result = sum.span
      for place in 0..<(asked.count * columns) {
        values[there * columns + place] = result[here * columns + place]
      }
    }
  }
}
