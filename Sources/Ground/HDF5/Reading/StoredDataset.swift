import LinearAlgebra

/// A dataset of a file that is read: an array of numbers or strings.
///
/// A header of a few bytes can claim any extents. Elements stored as they are must all be there.
/// Chunks that are compressed or were never written are believed up to what deflate can make of the
/// bytes of the file, and beyond a gibibyte only up to sixteen times those.
public struct StoredDataset: Sendable, StoredObject {
  /// Where it is.
  public let location: StoredLocation
  /// Its extents.
  public let shape: [Int]
  let type: ElementType
  let limits: [Int?]
  let layout: StorageLayout

  init(_ header: ObjectHeader, path: String, in objects: ObjectCache) throws(HDF5Error) {
    guard header.isDataset, let dataspace = try header.message(.dataspace),
      let datatype = try header.message(.datatype), let layout = try header.message(.layout)
    else {
      throw .unexpectedType(path: path, expected: "a dataset", found: "another kind of object")
    }
    let extents = try Extents(dataspace)
    guard let shape = extents.shape else {
      throw .unexpectedType(path: path, expected: "values", found: "an empty dataspace")
    }
    location = StoredLocation(header: header, objects: objects, path: path)
    self.shape = shape
    limits = extents.limits
    type = try ElementType(datatype)
    self.layout = header.has(.externalFiles) ? .elsewhere : try StorageLayout(layout)
    if case .chunked(let chunking) = self.layout {
      guard chunking.extents.count == shape.count, chunking.elementByteCount == type.byteCount
      else { throw layout.damaged("has chunks of another rank or type than the dataset") }
    }
  }

  /// What tells apart the objects of one file, however many hard links lead to them.
  public var objectAddress: UInt64 { UInt64(header.address) }

  /// What kind of elements it has.
  public var elementKind: ElementKind { type.kind }

  /// Checks the extents.
  ///
  /// - Parameters:
  ///   - expected: The extents, nil where any will do.
  ///   - words: The same in words, such as `[examples, modules]`.
  /// - Throws: `unexpectedShape`.
  public func require(shape expected: [Int?], _ words: String) throws(HDF5Error) {
    let fits =
      shape.count == expected.count && zip(shape, expected).allSatisfy { $1 == nil || $0 == $1 }
    if fits { return }
    let extents = expected.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
    throw .unexpectedShape(path: path, expected: "\(words) = [\(extents)]", found: shape)
  }

  /// Reads numbers, converting them from the dataset's type.
  ///
  /// - Parameters:
  ///   - part: What; the whole dataset when absent.
  ///   - type: What to read them as.
  /// - Returns: The elements, the last dimension running fastest.
  /// - Throws: `unexpectedType`, `unexpectedShape`, `implausibleSize`, `storedElsewhere`,
  ///   `damaged`, `unsupported`, `callFailed`.
  public func read<Scalar: HDF5Scalar>(_ part: Hyperslab? = nil, as type: Scalar.Type = Scalar.self)
    throws(HDF5Error) -> [Scalar]
  {
    try self.type.requireConvertible(to: Scalar.scalarType, path: path)
    let count = try plausibleCount(of: try inside(part), memory: MemoryLayout<Scalar>.stride)
    let part = try inside(part)
    guard self.type.isStored(as: Scalar.scalarType) else {
      return self.type.numbers(in: try bytes(of: part))
    }
    var values = [Scalar](repeating: .zero, count: count)
    try unsafe values.withUnsafeMutableBufferPointer { (buffer) throws(HDF5Error) in
      try unsafe fill(UnsafeMutableRawBufferPointer(buffer), with: part)
    }
    return values
  }

  /// Reads consecutive rows of a two-dimensional dataset as a matrix.
  ///
  /// - Parameter rows: The rows; all when absent.
  /// - Returns: The rows.
  /// - Throws: As `read`.
  public func readMatrix(rows: Range<Int>? = nil) throws(HDF5Error) -> Matrix {
    try require(shape: [nil, nil], "[rows, columns]")
    let rows = rows ?? 0..<shape[0]
    let part = try inside(
      Hyperslab(origin: [rows.lowerBound, 0], extent: [rows.count, shape[1]]))
    try type.requireConvertible(to: .float32, path: path)
    let count = try plausibleCount(of: part, memory: MemoryLayout<Float>.stride)
    guard type.isStored(as: .float32) else {
      return Matrix(
        rows: rows.count, columns: shape[1], elements: type.numbers(in: try bytes(of: part)))
    }
    var matrix = Matrix(uninitializedRows: rows.count, columns: shape[1])
    try unsafe matrix.withUnsafeMutablePointer { (pointer) throws(HDF5Error) in
      let buffer = unsafe UnsafeMutableRawBufferPointer(
        start: pointer, count: count * MemoryLayout<Float>.stride)
      try unsafe fill(buffer, with: part)
    }
    return matrix
  }

  /// Reads strings of fixed or variable length.
  ///
  /// - Throws: `unexpectedType`, `implausibleSize`, `storedElsewhere`, `invalidText`, `damaged`.
  public func readText() throws(HDF5Error) -> [String] {
    guard type.kind == .text else {
      throw .unexpectedType(path: path, expected: "strings", found: type.words)
    }
    let part = try inside(nil)
    _ = try plausibleCount(of: part, memory: MemoryLayout<String>.stride)
    return try type.texts(in: try bytes(of: part), path: path, file: header.file)
  }

  private func inside(_ part: Hyperslab?) throws(HDF5Error) -> Hyperslab {
    let part = part ?? Hyperslab(origin: shape.map { _ in 0 }, extent: shape)
    guard part.isInside(shape) else {
      throw .unexpectedShape(
        path: path, expected: "one that holds \(part.extent) at \(part.origin)", found: shape)
    }
    return part
  }

  private func bytes(of part: Hyperslab) throws(HDF5Error) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Extents.product(part.extent + [type.byteCount]))
    try unsafe bytes.withUnsafeMutableBufferPointer { (buffer) throws(HDF5Error) in
      try unsafe fill(UnsafeMutableRawBufferPointer(buffer), with: part)
    }
    return bytes
  }
}

extension Hyperslab {
  fileprivate func isInside(_ shape: [Int]) -> Bool {
    shape.count == extent.count
      && shape.indices.allSatisfy {
        origin[$0] >= 0 && extent[$0] >= 0 && extent[$0] <= shape[$0]
          && origin[$0] <= shape[$0] - extent[$0]
      }
  }
}
