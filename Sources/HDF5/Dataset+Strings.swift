import CHDF5

extension Dataset {
  /// Writes UTF-8 strings; what follows a NUL in one is lost. Calls `H5Dwrite`.
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

  /// Reads strings of fixed or variable length. Calls `H5Dread`.
  ///
  /// - Throws: `unexpectedType`, `implausibleSize`, `storedElsewhere`, `invalidText`, `callFailed`.
  public func readText() throws(HDF5Error) -> [String] {
    let type = try Datatype(ofDataset: location.id, path: path)
    try type.requireText()
    let transfer = try Transfer(nil, of: self)
    try requirePlausible(elementCount: transfer.elementCount, elementByteCount: type.byteCount)
    return try type.isVariableLength
      ? readVariableLength(transfer, type) : readFixedLength(transfer, type)
  }

  private func readVariableLength(_ transfer: borrowing Transfer, _ type: borrowing Datatype)
    throws(HDF5Error) -> [String]
  {
    let memoryType = try type.inMemory()
    let typeID = memoryType.handle.id
    let properties = try Handle("H5Pcreate", path, closingWith: H5Pclose) {
      H5Pcreate(suture_h5p_dataset_transfer())
    }
    let transferID = properties.id
    var pointers = unsafe [UnsafeMutablePointer<CChar>?](
      repeating: nil, count: transfer.elementCount)
    defer {
      for index in unsafe pointers.indices { unsafe suture_h5_release(pointers[index], nil) }
    }
    // All text is in the file, so its size bounds what the strings may take together.
    var budget = try fileByteCount()
    try transfer.run("H5Dread", path) { memory, file in
      unsafe withUnsafeMutablePointer(to: &budget) { budget in
        if unsafe suture_h5p_set_string_budget(transferID, budget) < 0 { return -1 }
        return unsafe H5Dread(location.id, typeID, memory, file, transferID, &pointers)
      }
    }
    return try texts(count: transfer.elementCount) { index in
      guard let characters = unsafe pointers[index] else { return "" }
      return unsafe String(validatingCString: characters)
    }
  }

  private func readFixedLength(_ transfer: borrowing Transfer, _ type: borrowing Datatype)
    throws(HDF5Error) -> [String]
  {
    let length = type.byteCount
    var bytes = [UInt8](repeating: 0, count: transfer.elementCount * length)
    let typeID = type.handle.id
    try transfer.run("H5Dread", path) { memory, file in
      unsafe bytes.withUnsafeMutableBytes {
        unsafe H5Dread(location.id, typeID, memory, file, hid_t(H5P_DEFAULT), $0.baseAddress)
      }
    }
    return try texts(count: transfer.elementCount) { index in
      type.text(ofFixedLength: bytes[index * length..<(index + 1) * length])
    }
  }

  private func texts(count: Int, _ text: (Int) -> String?) throws(HDF5Error) -> [String] {
    var texts: [String] = []
    for index in 0..<count {
      guard let text = text(index) else { throw .invalidText(path: path, index: index) }
      texts.append(text)
    }
    return texts
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
