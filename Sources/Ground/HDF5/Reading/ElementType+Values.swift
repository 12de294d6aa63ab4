extension ElementType {
  /// The numbers in some bytes.
  ///
  /// Numbers beyond the range of a type become its largest or smallest, or an infinity.
  ///
  /// - Parameter bytes: Whole elements of a type that is convertible.
  /// - Returns: A number an element.
  func numbers<Scalar: HDF5Scalar>(in bytes: [UInt8]) -> [Scalar] {
    stride(from: 0, to: bytes.count - byteCount + 1, by: byteCount).map { start in
      let bits = bits(bytes[start..<start + byteCount])
      switch form {
      case .float: return Scalar(.real(real(bits)))
      case .integer(isSigned: true), .enumeration(isSigned: true):
        let unused = UInt64(64 - 8 * byteCount)
        return Scalar(.signed(Int64(bitPattern: bits << unused) >> Int64(unused)))
      default: return Scalar(.unsigned(bits))
      }
    }
  }

  /// Whether elements are stored just as a number is in memory.
  func isStored(as type: ScalarType) -> Bool {
    if isBigEndian && byteCount > 1 { return false }
    switch (type, form, byteCount) {
    case (.float32, .float, 4), (.float64, .float, 8): return true
    case (.int32, .integer(isSigned: true), 4), (.int64, .integer(isSigned: true), 8): return true
    case (.uint8, .integer(isSigned: false), 1): return true
    default: return false
    }
  }

  private func bits(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var value: UInt64 = 0
    if isBigEndian {
      for byte in bytes { value = value << 8 | UInt64(byte) }
    } else {
      for byte in bytes.reversed() { value = value << 8 | UInt64(byte) }
    }
    return value
  }

  private func real(_ bits: UInt64) -> Double {
    switch byteCount {
    case 2: Double(Float16(bitPattern: UInt16(truncatingIfNeeded: bits)))
    case 4: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    default: Double(bitPattern: bits)
    }
  }

  /// The strings in some bytes.
  ///
  /// - Parameters:
  ///   - bytes: Whole elements of a type of strings.
  ///   - path: File and object, for the error.
  ///   - file: Where strings of variable length are.
  /// - Returns: A string an element.
  /// - Throws: `invalidText`, `implausibleSize`, `damaged`.
  func texts(in bytes: [UInt8], path: String, file: FileBytes) throws(HDF5Error) -> [String] {
    var heap = GlobalHeap(file, path: path)
    var texts: [String] = []
    for start in stride(from: 0, to: bytes.count - byteCount + 1, by: byteCount) {
      let field = bytes[start..<start + byteCount]
      if form == .variableText {
        texts.append(try heap.text(field, index: texts.count))
      } else if let text = text(ofFixedLength: field) {
        texts.append(text)
      } else {
        throw .invalidText(path: path, index: texts.count)
      }
    }
    return texts
  }

  /// The string in a field of fixed length without its padding, or nil when it is not UTF-8.
  private func text(ofFixedLength field: ArraySlice<UInt8>) -> String? {
    var bytes = field
    if form == .fixedText(isPaddedWithSpaces: true) {
      while bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
    } else {
      bytes = bytes.prefix { $0 != 0 }
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
