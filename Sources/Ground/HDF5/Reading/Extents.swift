/// The dataspace message: the extents of a dataset or attribute.
///
/// Source: HDF5 File Format Specification, IV.A.2.b, versions 1 and 2.
struct Extents {
  /// No extents are a single value; nil is no value at all.
  let shape: [Int]?
  /// How far each may grow; nil is without end.
  let limits: [Int?]

  private static let largestRank = 32
  /// So that places and sizes can be added without overflow.
  private static let largestExtent = 1 << 60

  init(_ message: Cursor) throws(HDF5Error) {
    var cursor = message
    let version = try cursor.byte()
    let rank = Int(try cursor.byte())
    let flags = try cursor.byte()
    let type = try cursor.byte()
    guard version == 1 || version == 2, rank <= Self.largestRank else {
      throw cursor.damaged("is of unknown version or rank")
    }
    if version == 1 { try cursor.skip(4) }
    if version == 2 && type == 2 {
      (shape, limits) = (nil, [])
      return
    }
    var extents: [Int] = []
    for _ in 0..<rank { extents.append(try cursor.length()) }
    guard extents.allSatisfy({ $0 <= Self.largestExtent }) else {
      throw cursor.damaged("has an impossible extent")
    }
    var limits: [Int?] = extents
    if flags & 1 != 0 {
      for axis in 0..<rank { limits[axis] = try cursor.optionalNumber(cursor.file.lengthWidth) }
    }
    for (extent, limit) in zip(extents, limits) where extent > limit ?? .max {
      throw cursor.damaged("has an extent of \(extent) above its limit")
    }
    self.shape = extents
    self.limits = limits
  }

  /// A product of sizes, the largest number when it does not fit an `Int`.
  static func product(_ factors: some Sequence<Int>) -> Int {
    var product = 1
    for factor in factors {
      let (next, overflow) = product.multipliedReportingOverflow(by: factor)
      if overflow { product = .max } else { product = next }
      if factor == 0 { return 0 }
    }
    return product
  }
}
