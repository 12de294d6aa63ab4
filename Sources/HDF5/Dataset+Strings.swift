import CHDF5

extension Dataset {
  /// Writes UTF-8 strings; what follows a NUL in one is lost.
  ///
  /// Calls `H5Dwrite`.
  ///
  /// - Parameter strings: As many as the dataset has elements.
  /// - Throws: `callFailed`.
  public func write(_ strings: [String]) throws(HDF5Error) {
    let transfer = try Transfer(nil, of: self)
    precondition(
      strings.count == transfer.elementCount, "\(strings.count) for \(transfer.elementCount)")
    let type = try Datatype.text(path: path)
    let typeID = type.handle.id
    let bytes = strings.flatMap { $0.utf8CString }
    var offsets = [0]
    for text in strings { offsets.append(offsets[offsets.count - 1] + text.utf8.count + 1) }
    try transfer.run("H5Dwrite", path) { memory, file in
      unsafe bytes.withUnsafeBufferPointer { bytes in
        let pointers = unsafe offsets.dropLast().map { offset in
          unsafe bytes.baseAddress.map { unsafe $0 + offset }
        }
        return unsafe H5Dwrite(
          location.id, typeID, memory, file, hid_t(H5P_DEFAULT), pointers)
      }
    }
  }

  /// Reads strings of fixed or variable length.
  ///
  /// Calls `H5Dread`.
  ///
  /// - Throws: `unexpectedType`, `implausibleSize`, `storedElsewhere`, `invalidText`, `callFailed`.
  public func readText() throws(HDF5Error) -> [String] {
    let type = try Datatype(ofDataset: location.id, path: path)
    try type.requireText()
    let transfer = try Transfer(nil, of: self)
    try requirePlausible(
      elementCount: transfer.elementCount,
      elementByteCount: max(type.byteCount, GlobalHeap.largestReference))
    return try type.isVariableLength
      ? readVariableLength(transfer) : readFixedLength(transfer, type)
  }

  private func readVariableLength(_ transfer: borrowing Transfer) throws(HDF5Error) -> [String] {
    var heap = try GlobalHeap(ofFileWith: location)
    let length = heap.referenceByteCount
    let references = try readRaw(transfer, Datatype(referencesOf: length, path: path), length)
    return try (0..<transfer.elementCount).map { (index) throws(HDF5Error) in
      try heap.text(references[index * length..<(index + 1) * length], index: index)
    }
  }

  private func readFixedLength(_ transfer: borrowing Transfer, _ type: borrowing Datatype)
    throws(HDF5Error) -> [String]
  {
    let length = type.byteCount
    let bytes = try readRaw(transfer, type, length)
    return try (0..<transfer.elementCount).map { (index) throws(HDF5Error) in
      let field = bytes[index * length..<(index + 1) * length]
      guard let text = type.text(ofFixedLength: field) else {
        throw .invalidText(path: path, index: index)
      }
      return text
    }
  }

  private func readRaw(
    _ transfer: borrowing Transfer, _ type: borrowing Datatype, _ elementByteCount: Int
  ) throws(HDF5Error) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: transfer.elementCount * elementByteCount)
    let typeID = type.handle.id
    try transfer.run("H5Dread", path) { memory, file in
      unsafe bytes.withUnsafeMutableBytes {
        unsafe H5Dread(location.id, typeID, memory, file, hid_t(H5P_DEFAULT), $0.baseAddress)
      }
    }
    return bytes
  }
}

extension Datatype {
  /// The string in a field of fixed length, without its padding, or nil when it is not UTF-8.
  func text(ofFixedLength field: ArraySlice<UInt8>) -> String? {
    var bytes = field
    if isPaddedWithSpaces {
      while bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
    } else {
      bytes = bytes.prefix { $0 != 0 }
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
