/// The messages that describe an object: a group, a dataset or a named type.
///
/// Source: HDF5 File Format Specification, IV.A "Data Object Headers", versions 1 and 2.
struct ObjectHeader {
  /// What a message is about.
  enum Kind: Int {
    case dataspace = 0x01
    case linkInfo = 0x02
    case datatype = 0x03
    case oldFillValue = 0x04
    case fillValue = 0x05
    case link = 0x06
    case externalFiles = 0x07
    case layout = 0x08
    case groupInfo = 0x0a
    case filters = 0x0b
    case attribute = 0x0c
    case continuation = 0x10
    case symbolTable = 0x11
    case attributeInfo = 0x15
  }

  private struct Message {
    let kind: Kind
    let isShared: Bool
    let body: Cursor
  }

  let address: Int
  let file: FileBytes
  private var messages: [Message] = []

  /// Reads all blocks of a header.
  ///
  /// - Throws: `damaged`.
  init(at address: Int, in file: FileBytes) throws(HDF5Error) {
    self.address = address
    self.file = file
    let start = try file.read(
      min(4, max(file.byteCount - address, 1)), at: address, of: "object header")
    var blocks: [Cursor] = []
    let isNew = start.elementsEqual("OHDR".utf8)
    var tracksOrder = false
    blocks = [isNew ? try newPrefix(&tracksOrder) : try oldPrefix()]
    // Blocks do not overlap, so all of them together fit into the file.
    var budget = file.byteCount
    while let block = blocks.popLast() {
      let found = try isNew ? newMessages(block, tracksOrder) : oldMessages(block)
      for message in found {
        if message.kind != .continuation {
          messages.append(message)
          continue
        }
        var body = message.body
        let place = try body.requiredAddress()
        let count = try body.length()
        budget -= max(count, 1)
        guard budget >= 0 else { throw body.damaged("continues in a circle") }
        blocks.append(try continuation(count, at: place, isNew: isNew))
      }
    }
  }

  /// The first message of a kind; one that is kept elsewhere is looked up there.
  func message(_ kind: Kind) throws(HDF5Error) -> Cursor? {
    try messages(kind).first
  }

  /// All messages of a kind.
  func messages(_ kind: Kind) throws(HDF5Error) -> [Cursor] {
    try messages.filter { $0.kind == kind }.map { (message) throws(HDF5Error) in
      message.isShared ? try Self.shared(message.body, kind) : message.body
    }
  }

  func has(_ kind: Kind) -> Bool { messages.contains { $0.kind == kind } }

  /// A message that another object's header holds, such as that of a named type.
  static func shared(_ reference: Cursor, _ kind: Kind) throws(HDF5Error) -> Cursor {
    var cursor = reference
    let version = try cursor.byte()
    let type = try cursor.byte()
    guard version <= 3, !(version == 3 && type == 1) else {
      throw cursor.unsupported("messages in a shared heap")
    }
    if version == 1 { try cursor.skip(6) }
    let header = try ObjectHeader(at: try cursor.requiredAddress(), in: cursor.file)
    guard let message = header.messages.first(where: { $0.kind == kind && !$0.isShared }) else {
      throw cursor.damaged("refers to an object without that message")
    }
    return message.body
  }

  private func oldPrefix() throws(HDF5Error) -> Cursor {
    var prefix = try file.cursor(16, at: address, of: "object header")
    guard try prefix.byte() == 1 else { throw prefix.damaged("is of unknown version") }
    try prefix.skip(7)
    return try file.cursor(prefix.number(4), at: address + 16, of: "object header")
  }

  private func oldMessages(_ block: Cursor) throws(HDF5Error) -> [Message] {
    var cursor = block
    var messages: [Message] = []
    while cursor.remaining >= 8 {
      let type = try cursor.number(2)
      let count = try cursor.number(2)
      let flags = try cursor.byte()
      try cursor.skip(3)
      try append(type, flags, try cursor.take(count), block, to: &messages)
    }
    return messages
  }

  private func newPrefix(_ tracksOrder: inout Bool) throws(HDF5Error) -> Cursor {
    var prefix = try file.cursor(
      min(34, file.byteCount - address), at: address, of: "object header")
    try prefix.expect("OHDR", version: 2)
    let flags = try prefix.byte()
    tracksOrder = flags & 4 != 0
    try prefix.skip((flags & 32 != 0 ? 16 : 0) + (flags & 16 != 0 ? 4 : 0))
    let count = try prefix.number(1 << Int(flags & 3))
    return try checked(prefix.position, count, at: address)
  }

  private func continuation(_ count: Int, at place: Int, isNew: Bool) throws(HDF5Error) -> Cursor {
    guard isNew else { return try file.cursor(count, at: place, of: "object header") }
    let block = try checked(4, count - 8, at: place)
    guard block.bytes.prefix(4).elementsEqual("OCHK".utf8) else {
      throw block.damaged("has no signature OCHK")
    }
    return block
  }

  /// A block whose messages end with a checksum over the whole; the cursor stands at the first.
  private func checked(_ start: Int, _ count: Int, at place: Int) throws(HDF5Error) -> Cursor {
    guard count >= 0, count <= file.byteCount else {
      throw file.damaged("object header", at: place, "has an impossible size")
    }
    var block = try file.cursor(start + count + 4, at: place, of: "object header")
    try block.skip(start + count)
    try block.requireChecksum()
    var messages = Cursor(
      Array(block.bytes.dropLast(4)), of: block.structure, at: place, in: file)
    try messages.skip(start)
    return messages
  }

  private func newMessages(_ block: Cursor, _ tracksOrder: Bool) throws(HDF5Error) -> [Message] {
    var cursor = block
    var messages: [Message] = []
    // What is too short for a message is a gap.
    while cursor.remaining >= (tracksOrder ? 6 : 4) {
      let type = Int(try cursor.byte())
      let count = try cursor.number(2)
      let flags = try cursor.byte()
      if tracksOrder { try cursor.skip(2) }
      try append(type, flags, try cursor.take(count), block, to: &messages)
    }
    return messages
  }

  private func append(
    _ type: Int, _ flags: UInt8, _ body: [UInt8], _ block: Cursor, to messages: inout [Message]
  ) throws(HDF5Error) {
    guard let kind = Kind(rawValue: type) else {
      // Bit 3: whoever does not know this message must not go on, bit 7 not even to read.
      if flags & 0x80 != 0 { throw block.unsupported("header messages of type \(type)") }
      return
    }
    let cursor = Cursor(body, of: "\(kind) message", at: block.start, in: file)
    messages.append(Message(kind: kind, isShared: flags & 2 != 0, body: cursor))
  }
}
