import CZlib

/// What was done to a chunk before it was stored; reading undoes it.
///
/// Source: HDF5 File Format Specification, IV.A.2.l "Filter Pipeline", versions 1 and 2.
struct FilterPipeline {
  private enum Filter {
    case deflate
    case shuffle(elementByteCount: Int)
    case fletcher32
  }

  private var filters: [Filter] = []
  private var structure: Cursor?

  var isEmpty: Bool { filters.isEmpty }

  /// Reads the message; without one nothing was done.
  ///
  /// - Throws: `damaged`; `unsupported` for filters that HDF5 does not have built in.
  init(_ message: Cursor?) throws(HDF5Error) {
    guard var cursor = message else { return }
    structure = cursor
    let version = try cursor.byte()
    let count = Int(try cursor.byte())
    guard version == 1 || version == 2, count <= 32 else {
      throw cursor.damaged("is of another version")
    }
    if version == 1 { try cursor.skip(6) }
    for _ in 0..<count {
      let identifier = try cursor.number(2)
      let nameByteCount = version == 1 || identifier >= 256 ? try cursor.number(2) : 0
      try cursor.skip(2)
      let valueCount = try cursor.number(2)
      let name = try cursor.name(nameByteCount)
      var values: [Int] = []
      for _ in 0..<valueCount { values.append(try cursor.number(4)) }
      if version == 1 && valueCount % 2 == 1 { try cursor.skip(4) }
      switch identifier {
      case 1: filters.append(.deflate)
      case 2: filters.append(.shuffle(elementByteCount: values.first ?? 1))
      case 3: filters.append(.fletcher32)
      default:
        let text = String(decoding: name, as: UTF8.self)
        throw cursor.unsupported("filter \(identifier)\(text.isEmpty ? "" : " (\(text))")")
      }
    }
  }

  /// Makes a chunk what it was.
  ///
  /// - Parameters:
  ///   - bytes: What is stored.
  ///   - mask: Bit i is set when filter i was left out.
  ///   - byteCount: How large the chunk must be; nothing larger is ever made.
  /// - Returns: The chunk, or nil when it is damaged.
  func undo(_ bytes: [UInt8], mask: Int, byteCount: Int) -> [UInt8]? {
    var bytes = bytes
    for (index, filter) in filters.enumerated().reversed() where mask >> index & 1 == 0 {
      switch filter {
      case .deflate:
        guard let inflated = Self.inflate(bytes, limit: byteCount + 4) else { return nil }
        bytes = inflated
      case .shuffle(let elementByteCount):
        bytes = Self.unshuffle(bytes, elementByteCount)
      case .fletcher32:
        guard bytes.count >= 4 else { return nil }
        let sum = Checksum.fletcher32(bytes.dropLast(4))
        let stored = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
        if stored != sum { return nil }
        bytes.removeLast(4)
      }
    }
    return bytes.count == byteCount ? bytes : nil
  }

  /// Calls zlib's `uncompress`.
  private static func inflate(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
    var status = Z_OK
    let result = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      var length = uLongf(limit)
      status = unsafe uncompress(buffer.baseAddress, &length, bytes, uLong(bytes.count))
      count = status == Z_OK ? Int(length) : 0
    }
    return status == Z_OK ? result : nil
  }

  /// Puts the bytes of elements together again that were stored byte position by byte position.
  private static func unshuffle(_ bytes: [UInt8], _ elementByteCount: Int) -> [UInt8] {
    guard elementByteCount > 1, bytes.count >= elementByteCount else { return bytes }
    let count = bytes.count / elementByteCount
    var result = bytes
    for place in 0..<elementByteCount {
      for element in 0..<count {
        result[element * elementByteCount + place] = bytes[place * count + element]
      }
    }
    return result
  }
}
