import CHDF5
import LinearAlgebra

extension Dataset {
  /// Writes numbers, converting them to the dataset's type.
  ///
  /// Calls `H5Dwrite`.
  ///
  /// - Parameters:
  ///   - values: As many as the part has elements, the last dimension running fastest.
  ///   - part: Where; the whole dataset when absent.
  /// - Throws: `unexpectedShape` when the part is not inside the dataset, `callFailed`.
  public func write<Scalar: HDF5Scalar>(_ values: [Scalar], to part: Hyperslab? = nil)
    throws(HDF5Error)
  {
    let transfer = try Transfer(part, of: self)
    precondition(
      values.count == transfer.elementCount, "\(values.count) values for \(transfer.elementCount)")
    try transfer.run("H5Dwrite", path) { memory, file in
      unsafe values.withUnsafeBytes {
        unsafe H5Dwrite(
          location.id, Scalar.scalarType.id, memory, file, hid_t(H5P_DEFAULT), $0.baseAddress)
      }
    }
  }

  /// Writes a matrix into consecutive rows of a two-dimensional dataset.
  ///
  /// Calls `H5Dwrite`.
  ///
  /// - Parameters:
  ///   - matrix: As many columns as the dataset has.
  ///   - row: The row of the dataset that receives the matrix's first row.
  /// - Throws: `unexpectedShape` when the matrix does not fit, `callFailed`.
  public func write(_ matrix: borrowing Matrix, atRow row: Int = 0) throws(HDF5Error) {
    let part = Hyperslab(origin: [row, 0], extent: [matrix.rows, matrix.columns])
    try Transfer(part, of: self).run("H5Dwrite", path) { memory, file in
      unsafe matrix.withUnsafePointer {
        unsafe H5Dwrite(
          location.id, Float.scalarType.id, memory, file, hid_t(H5P_DEFAULT), $0)
      }
    }
  }
}

/// The part of a dataset that one call moves, and the shape it has in memory.
struct Transfer: ~Copyable {
  /// Number of elements that are moved.
  let elementCount: Int
  private let memory: Dataspace
  private let file: Dataspace

  /// Checks the part against the dataset's extents.
  ///
  /// - Throws: `unexpectedShape`, `implausibleSize` when the element count is beyond an `Int`.
  init(_ part: Hyperslab?, of dataset: borrowing Dataset) throws(HDF5Error) {
    let path = dataset.path
    let shape = dataset.shape
    let part = part ?? Hyperslab(origin: shape.map { _ in 0 }, extent: shape)
    guard part.isInside(shape) else {
      throw .unexpectedShape(
        path: path, expected: "one that holds \(part.extent) at \(part.origin)", found: shape)
    }
    guard let elementCount = part.elementCount else {
      throw .implausibleSize(path: path, bytes: .max, limit: .max)
    }
    let file = try Dataspace(ofDataset: dataset.location.id, path: path)
    if !shape.isEmpty && elementCount > 0 { try file.select(part) }
    self.memory = try Dataspace(shape: part.extent, path: path)
    self.elementCount = elementCount
    self.file = file
  }

  /// Makes the call, unless there is nothing to move.
  func run(_ operation: String, _ path: String, _ body: (hid_t, hid_t) -> herr_t)
    throws(HDF5Error)
  {
    if elementCount == 0 { return }
    try call(operation, path) { body(memory.handle.id, file.handle.id) }
  }
}

extension Hyperslab {
  /// Number of elements, or nil when it does not fit an `Int`.
  fileprivate var elementCount: Int? {
    var count = 1
    for length in extent {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      if overflow { return nil }
      count = product
    }
    return count
  }

  fileprivate func isInside(_ shape: [Int]) -> Bool {
    shape.count == extent.count
      && shape.indices.allSatisfy {
        origin[$0] >= 0 && extent[$0] >= 0 && extent[$0] <= shape[$0]
          && origin[$0] <= shape[$0] - extent[$0]
      }
  }
}
