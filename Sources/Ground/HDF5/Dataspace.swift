import CHDF5

/// A rectangular part of a dataset.
public struct Hyperslab: Equatable, Sendable {
  /// Index of its first element in each dimension.
  public var origin: [Int]
  /// Number of elements in each dimension.
  public var extent: [Int]

  /// Creates a part.
  ///
  /// - Parameters:
  ///   - origin: Index of the first element in each dimension.
  ///   - extent: Number of elements in each dimension.
  public init(origin: [Int], extent: [Int]) {
    precondition(origin.count == extent.count, "\(origin) and \(extent) differ in rank")
    self.origin = origin
    self.extent = extent
  }
}

/// The extents of a dataset or attribute.
struct Dataspace: ~Copyable {
  let handle: Handle
  let path: String

  /// The extents of a dataset.
  ///
  /// Calls `H5Dget_space`.
  init(ofDataset id: hid_t, path: String) throws(HDF5Error) {
    handle = try Handle("H5Dget_space", path, closingWith: H5Sclose) { H5Dget_space(id) }
    self.path = path
  }

  /// New extents; no dimension is a single value.
  ///
  /// Calls `H5Screate_simple`.
  ///
  /// - Parameters:
  ///   - shape: The extents.
  ///   - growing: The dimension that may grow later, if any.
  ///   - path: For the error.
  /// - Throws: `callFailed`.
  init(shape: [Int], growing: Int? = nil, path: String) throws(HDF5Error) {
    let extents = shape.map(hsize_t.init)
    var limits = extents
    if let growing { limits[growing] = hsize_t.max }
    handle = try Handle("H5Screate_simple", path, closingWith: H5Sclose) {
      unsafe shape.isEmpty
        ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(shape.count), extents, limits)
    }
    self.path = path
  }

  /// The extents.
  ///
  /// - Throws: `unexpectedShape` for a null dataspace or extents beyond an `Int`.
  func shape() throws(HDF5Error) -> [Int] {
    let rank = try call("H5Sget_simple_extent_ndims", path) {
      H5Sget_simple_extent_ndims(handle.id)
    }
    if H5Sget_simple_extent_type(handle.id) == H5S_NULL {
      throw .unexpectedType(path: path, expected: "values", found: "an empty dataspace")
    }
    var extents = [hsize_t](repeating: 0, count: Int(rank))
    try call("H5Sget_simple_extent_dims", path) {
      unsafe H5Sget_simple_extent_dims(handle.id, &extents, nil)
    }
    return extents.map { Int(clamping: $0) }
  }

  /// Restricts reading or writing to a part.
  ///
  /// Calls `H5Sselect_hyperslab`.
  ///
  /// - Parameter part: Must lie inside the extents.
  /// - Throws: `callFailed`.
  func select(_ part: Hyperslab) throws(HDF5Error) {
    let origin = part.origin.map(hsize_t.init)
    let extent = part.extent.map(hsize_t.init)
    try call("H5Sselect_hyperslab", path) {
      unsafe H5Sselect_hyperslab(handle.id, H5S_SELECT_SET, origin, nil, extent, nil)
    }
  }
}
