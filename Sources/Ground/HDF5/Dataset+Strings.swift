import CHDF5

extension Dataset {
  /// Writes UTF-8 strings.
  ///
  /// Calls `H5Dwrite`.
  ///
  /// - Parameter strings: As many as the dataset has elements.
  /// - Throws: `textHoldsNUL`, because strings of HDF5 end there; `callFailed`.
  public func write(_ strings: [String]) throws(HDF5Error) {
    let transfer = try Transfer(nil, of: self)
    precondition(
      strings.count == transfer.elementCount, "\(strings.count) for \(transfer.elementCount)")
    if let text = strings.first(where: { $0.utf8.contains(0) }) {
      throw .textHoldsNUL(path: path, text: text)
    }
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
}
