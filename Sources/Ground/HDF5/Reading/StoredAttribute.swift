/// An attribute of an object: a name and a small array.
///
/// Source: HDF5 File Format Specification, IV.A.2.m, versions 1 to 3.
struct StoredAttribute {
  let name: [UInt8]
  let type: ElementType
  let extents: Extents
  private let data: Cursor

  /// The attributes of an object, which it keeps in its header or, when there are many, in a heap.
  ///
  /// - Throws: `damaged`.
  static func all(of header: ObjectHeader) throws(HDF5Error) -> [StoredAttribute] {
    var messages = try header.messages(.attribute)
    if var info = try header.message(.attributeInfo) {
      guard try info.byte() == 0 else { throw info.damaged("is of another version") }
      if try info.byte() & 1 != 0 { try info.skip(2) }
      if let heapAddress = try info.address(), let names = try info.address() {
        let heap = try FractalHeap(at: heapAddress, in: header.file)
        for record in try NewTree(at: names, of: 8, in: header.file).records() {
          var record = record
          let identifier = Cursor(
            try record.take(8), of: "attribute record", at: record.start, in: header.file)
          if try record.byte() & 2 != 0 { throw record.unsupported("attributes in a shared heap") }
          messages.append(try heap.object(identifier))
        }
      }
    }
    return try messages.map { (message) throws(HDF5Error) in try StoredAttribute(message) }
  }

  private init(_ message: Cursor) throws(HDF5Error) {
    var cursor = message
    let version = try cursor.byte()
    guard (1...3).contains(version) else { throw cursor.damaged("is of another version") }
    let flags = version == 1 ? 0 : try cursor.byte()
    if version == 1 { try cursor.skip(1) }
    let sizes = [try cursor.number(2), try cursor.number(2), try cursor.number(2)]
    if version == 3 { try cursor.skip(1) }
    var name = try Self.part(&cursor, sizes[0], isPadded: version == 1)
    self.name = try name.name(sizes[0])
    let type = try Self.part(&cursor, sizes[1], isPadded: version == 1)
    let extents = try Self.part(&cursor, sizes[2], isPadded: version == 1)
    self.type = try ElementType(
      flags & 1 != 0 ? ObjectHeader.shared(type, .datatype) : type)
    self.extents = try Extents(
      flags & 2 != 0 ? ObjectHeader.shared(extents, .dataspace) : extents)
    data = Cursor(
      try cursor.take(cursor.remaining), of: "attribute", at: cursor.start, in: cursor.file)
  }

  private static func part(_ cursor: inout Cursor, _ count: Int, isPadded: Bool)
    throws(HDF5Error) -> Cursor
  {
    let start = cursor.position
    let bytes = try cursor.take(count)
    if isPadded { try cursor.align(from: start) }
    return Cursor(bytes, of: "attribute", at: cursor.start, in: cursor.file)
  }

  /// The bytes of its elements.
  func elements() throws(HDF5Error) -> [UInt8] {
    let (count, overflow) = Extents.product(extents.shape ?? [0])
      .multipliedReportingOverflow(by: type.byteCount)
    if overflow { throw data.damaged("has more elements than bytes") }
    var cursor = data
    return try cursor.take(count)
  }
}
