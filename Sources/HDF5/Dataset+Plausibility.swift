import CHDF5

extension Dataset {
  /// The most that deflate can make of a byte is 1032 bytes.
  private static let largestExpansion = 1100
  /// What a dataset without any stored byte may claim: elements never written.
  private static let unwrittenAllowance = 1 << 16

  /// Checks that memory for some elements can be afforded before it is allocated.
  ///
  /// A header of a few bytes can claim any extents; what it claims is believed up to what the bytes
  /// in the file, compressed at best, can expand to.
  ///
  /// - Parameters:
  ///   - elementCount: How many elements are wanted.
  ///   - elementByteCount: How large each is in memory.
  /// - Throws: `implausibleSize`, `storedElsewhere`, `callFailed`.
  func requirePlausible(elementCount: Int, elementByteCount: Int) throws(HDF5Error) {
    let properties = try Handle("H5Dget_create_plist", path, closingWith: H5Pclose) {
      H5Dget_create_plist(location.id)
    }
    try requireStoredHere(properties.id)
    try requireWholeBlock(properties.id)
    let stored = min(Int(clamping: H5Dget_storage_size(location.id)), try fileByteCount())
    let limit = Self.unwrittenAllowance + Self.product(stored, Self.largestExpansion)
    let chunk = try chunkByteCount(properties.id)
    try requireAtMost(limit, [Self.product(elementCount, elementByteCount), chunk])
  }

  private func requireAtMost(_ limit: Int, _ claims: [Int]) throws(HDF5Error) {
    for bytes in claims where bytes > limit {
      throw .implausibleSize(path: path, bytes: bytes, limit: limit)
    }
  }

  /// Elements in one piece must be there, all of them: the library believes the header.
  private func requireWholeBlock(_ properties: hid_t) throws(HDF5Error) {
    let layout = H5Pget_layout(properties)
    let offset = H5Dget_offset(location.id)
    let isUnwritten = layout == H5D_CONTIGUOUS && offset == haddr_t.max
    if layout == H5D_CHUNKED || isUnwritten { return }
    var limit = Int(clamping: H5Dget_storage_size(location.id))
    if layout == H5D_CONTIGUOUS {
      limit = min(limit, max(try fileByteCount() - Int(clamping: offset), 0))
    }
    let elementByteCount = try Datatype(ofDataset: location.id, path: path).storedByteCount
    try requireAtMost(limit, [shape.reduce(elementByteCount, Self.product)])
  }

  /// Size of the file that holds the dataset. Calls `H5Fget_filesize`.
  func fileByteCount() throws(HDF5Error) -> Int {
    let file = try Handle("H5Iget_file_id", path, closingWith: H5Fclose) {
      H5Iget_file_id(location.id)
    }
    var size: hsize_t = 0
    try call("H5Fget_filesize", path) { unsafe H5Fget_filesize(file.id, &size) }
    return Int(clamping: size)
  }

  private func requireStoredHere(_ properties: hid_t) throws(HDF5Error) {
    let externalFiles = try call("H5Pget_external_count", path) {
      H5Pget_external_count(properties)
    }
    if externalFiles > 0 || H5Pget_layout(properties) == H5D_VIRTUAL {
      throw .storedElsewhere(path: path)
    }
  }

  private func chunkByteCount(_ properties: hid_t) throws(HDF5Error) -> Int {
    guard H5Pget_layout(properties) == H5D_CHUNKED else { return 0 }
    var extents = [hsize_t](repeating: 0, count: max(shape.count, 1))
    try call("H5Pget_chunk", path) {
      unsafe H5Pget_chunk(properties, Int32(extents.count), &extents)
    }
    let elementByteCount = try Datatype(ofDataset: location.id, path: path).storedByteCount
    return extents.reduce(elementByteCount) { Self.product($0, Int(clamping: $1)) }
  }

  private static func product(_ a: Int, _ b: Int) -> Int {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? .max : product
  }
}
