import CHDF5
import LinearAlgebra

/// A dataset of a file that is written: an array of numbers or strings.
public struct Dataset: ~Copyable, Sendable, Located {
  /// Where it is.
  public let location: Location
  /// Its extents.
  public private(set) var shape: [Int]
  let handle: Handle

  /// Opens a dataset.
  ///
  /// Calls `H5Oopen`.
  init(opening name: String, in parent: Location) throws(HDF5Error) {
    let path = parent.path(of: name)
    let handle = try Handle(opening: name, in: parent, as: H5I_DATASET, called: "a dataset")
    shape = try Dataspace(ofDataset: handle.id, path: path).shape()
    location = Location(id: handle.id, path: path)
    self.handle = handle
  }

  /// Creates a dataset.
  ///
  /// Calls `H5Dcreate2`.
  init(
    creating name: String, type: hid_t, shape: [Int], growing: Int? = nil,
    properties: hid_t = PropertyLists.datasetCreation, in parent: Location
  ) throws(HDF5Error) {
    let path = parent.path(of: name)
    let space = try Dataspace(shape: shape, growing: growing, path: path)
    let handle = try Handle("H5Dcreate2", path, closingWith: H5Dclose) {
      unsafe H5Dcreate2(
        parent.id, name, type, space.handle.id, hid_t(H5P_DEFAULT), properties, hid_t(H5P_DEFAULT))
    }
    self.shape = shape
    location = Location(id: handle.id, path: path)
    self.handle = handle
  }

  /// Changes the extents of a dataset that was created to grow.
  ///
  /// Calls `H5Dset_extent`.
  ///
  /// - Parameter shape: The new extents, which differ in the growing dimension only.
  /// - Throws: `callFailed`.
  public mutating func grow(to shape: [Int]) throws(HDF5Error) {
    let extents = shape.map(hsize_t.init)
    try call("H5Dset_extent", path) { unsafe H5Dset_extent(location.id, extents) }
    self.shape = shape
  }
}

extension Group {
  /// Creates a dataset of fixed extents in one piece.
  ///
  /// Calls `H5Dcreate2`.
  ///
  /// - Parameters:
  ///   - name: Its name, which must be new.
  ///   - type: Type of its elements.
  ///   - shape: Its extents.
  /// - Returns: The dataset, open for writing.
  /// - Throws: `callFailed`.
  public func createDataset<Scalar: HDF5Scalar>(
    _ name: String, of type: Scalar.Type, shape: [Int]
  ) throws(HDF5Error) -> Dataset {
    try Dataset(creating: name, type: Scalar.scalarType.id, shape: shape, in: location)
  }

  /// Creates a dataset of fixed extents whose elements have a value until they are written.
  ///
  /// - Parameters:
  ///   - name: Its name, which must be new.
  ///   - shape: Its extents.
  ///   - fill: What elements never written read as.
  /// - Returns: The dataset, open for writing.
  /// - Throws: `callFailed`.
  public func createDataset<Scalar: HDF5Scalar>(
    _ name: String, shape: [Int], fill: Scalar
  ) throws(HDF5Error) -> Dataset {
    let properties = try PropertyLists.datasetCreation(filling: fill, path)
    return try Dataset(
      creating: name, type: Scalar.scalarType.id, shape: shape, properties: properties.id,
      in: location)
  }

  /// Creates a dataset that can grow in one dimension, stored in chunks.
  ///
  /// Calls `H5Dcreate2`.
  ///
  /// - Parameters:
  ///   - name: Its name, which must be new.
  ///   - shape: Its extents for now.
  ///   - axis: The dimension that may grow.
  ///   - chunk: Extents of a chunk; chunks never written take no space.
  ///   - fill: What elements never written read as.
  /// - Returns: The dataset, open for writing.
  /// - Throws: `callFailed`.
  public func createDataset<Scalar: HDF5Scalar>(
    _ name: String, shape: [Int], growing axis: Int, chunk: [Int], fill: Scalar
  ) throws(HDF5Error) -> Dataset {
    let properties = try PropertyLists.datasetCreation(filling: fill, path)
    let extents = chunk.map(hsize_t.init)
    let id = properties.id
    try call("H5Pset_chunk", path) { unsafe H5Pset_chunk(id, Int32(extents.count), extents) }
    return try Dataset(
      creating: name, type: Scalar.scalarType.id, shape: shape, growing: axis, properties: id,
      in: location)
  }

  /// Creates a dataset and writes it.
  ///
  /// - Parameters:
  ///   - values: Its elements, the last dimension running fastest.
  ///   - name: Its name, which must be new.
  ///   - shape: Its extents; one dimension when absent.
  /// - Returns: The dataset, open for further use.
  /// - Throws: `callFailed`.
  @discardableResult
  public func write<Scalar: HDF5Scalar>(
    _ values: [Scalar], as name: String, shape: [Int]? = nil
  ) throws(HDF5Error) -> Dataset {
    let dataset = try createDataset(name, of: Scalar.self, shape: shape ?? [values.count])
    try dataset.write(values)
    return dataset
  }

  /// Creates a two-dimensional dataset of float32 and writes it.
  ///
  /// - Parameters:
  ///   - matrix: Its elements.
  ///   - name: Its name, which must be new.
  /// - Throws: `callFailed`.
  public func write(_ matrix: borrowing Matrix, as name: String) throws(HDF5Error) {
    let shape = [matrix.rows, matrix.columns]
    try createDataset(name, of: Float.self, shape: shape).write(matrix)
  }

  /// Creates a dataset of UTF-8 strings and writes it.
  ///
  /// - Parameters:
  ///   - strings: Its elements.
  ///   - name: Its name, which must be new.
  /// - Returns: The dataset, open for further use.
  /// - Throws: `callFailed`.
  @discardableResult
  public func write(_ strings: [String], as name: String) throws(HDF5Error) -> Dataset {
    let type = try Datatype.text(path: location.path(of: name))
    let dataset = try Dataset(
      creating: name, type: type.handle.id, shape: [strings.count],
      properties: PropertyLists.textCreation, in: location)
    try dataset.write(strings)
    return dataset
  }
}
