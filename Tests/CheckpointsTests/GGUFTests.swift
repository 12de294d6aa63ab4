import Checkpoints
import LinearAlgebra
import OrderedJSON
import TestSupport
import Testing

/// GGUF files, sound and malformed: each malformed one is refused for its own reason.
@Suite struct GGUFTests {
  @Test func metadataOfEveryTypeAreRead() throws {
    var builder = GGUFBuilder()
    builder.pairs = [
      GGUFBuilder.pair("u8", 0, [255]),
      GGUFBuilder.pair("i8", 1, [255]),
      GGUFBuilder.pair("u16", 2, UInt16.max.bytes),
      GGUFBuilder.pair("i16", 3, Int16.min.bytes),
      GGUFBuilder.pair("u32", 4, UInt32.max.bytes),
      GGUFBuilder.pair("i32", 5, Int32.min.bytes),
      GGUFBuilder.pair("f32", float: 0.1),
      GGUFBuilder.pair("bool", 7, [1]),
      GGUFBuilder.pair("text", text: "e\u{301}\u{0}"),
      GGUFBuilder.pair(
        "list", 9,
        (8 as UInt32).bytes + (2 as UInt64).bytes + GGUFBuilder.string("a")
          + GGUFBuilder.string("")),
      GGUFBuilder.pair(
        "lists", 9,
        (9 as UInt32).bytes + (1 as UInt64).bytes + (0 as UInt32).bytes
          + (2 as UInt64).bytes + [1, 2]),
      GGUFBuilder.pair("u64", 10, UInt64.max.bytes),
      GGUFBuilder.pair("i64", 11, Int64.min.bytes),
      GGUFBuilder.pair("f64", 12, (0.1).bitPattern.bytes),
    ]
    let metadata = JSONValue.object(try open(builder).metadata)
    #expect(
      metadata.text() == #"{"u8":255,"i8":-1,"u16":65535,"i16":-32768,"u32":4294967295,"#
        + #""i32":-2147483648,"f32":0.10000000149011612,"bool":true,"text":"é\u0000","#
        + #""list":["a",""],"lists":[[1,2]],"u64":1.8446744073709552e+19,"#
        + #""i64":-9223372036854775808,"f64":0.1}"#)
  }

  @Test func metadataEqualThoseOfTheReference() throws {
    let file = try GGUFFile(opening: Fixtures.path("checkpoints/quants/all.gguf"))
    #expect(
      JSONValue.object(file.metadata).text() == #"{"general.architecture":"llama","#
        + #""general.name":"all.gguf","oracle.count":22,"oracle.list":[1,2,3],"#
        + #""oracle.strings":["a","é",""],"oracle.flag":true,"oracle.float":0.5}"#)
  }

  @Test func versionTwoIsReadToo() throws {
    var builder = GGUFBuilder()
    builder.version = 2
    builder.tensors = [GGUFBuilder.Tensor(sizes: [2, 1])]
    builder.data = (1.5 as Float).bitPattern.bytes + (2.5 as Float).bitPattern.bytes
    #expect(try open(builder).tensors.matrix(named: "t").elements == [1.5, 2.5])
  }

  // MARK: Header

  @Test func anEmptyFile() throws { try expect([], .wrongMagic) }

  @Test func anotherMagic() throws {
    var builder = GGUFBuilder()
    builder.magic = Array("GGML".utf8)
    try expect(builder, .wrongMagic)
  }

  @Test(arguments: [0, 1, 4] as [UInt32])
  func anotherVersion(_ version: UInt32) throws {
    var builder = GGUFBuilder()
    builder.version = version
    try expect(builder, .unsupportedVersion(version))
  }

  @Test func theOtherByteOrder() throws {
    var builder = GGUFBuilder()
    builder.version = 3 << 24
    try expect(builder, .bigEndian)
  }

  @Test func aFileThatEndsInItsHeader() throws {
    try expect(
      Array(GGUFBuilder().header[..<10]), .truncated(offset: 10, what: "the number of tensors"))
  }

  @Test func moreTensorsThanTheFileCanHold() throws {
    var builder = GGUFBuilder()
    builder.tensorCount = .max
    // Eight bytes of the pair count and eight of padding follow.
    try expect(builder, .tooMany(what: "tensors", count: .max, limit: 0))
  }

  @Test func morePairsThanTheFileCanHold() throws {
    var builder = GGUFBuilder()
    builder.pairCount = 1 << 40
    try expect(builder, .tooMany(what: "metadata pairs", count: 1 << 40, limit: 0))
  }

  @Test func onePartOfSeveral() throws {
    var builder = GGUFBuilder()
    builder.pairs = [GGUFBuilder.pair("split.count", 2, (3 as UInt16).bytes)]
    try expect(builder, .split(count: 3))
  }

  // MARK: Metadata

  @Test func aKeyThatIsNotUTF8() throws {
    var builder = GGUFBuilder()
    builder.pairs = [(1 as UInt64).bytes + [0xff] + (7 as UInt32).bytes + [1]]
    try expect(builder, .invalidUTF8(offset: 32))
  }

  @Test func aKeyLongerThanTheFile() throws {
    var builder = GGUFBuilder()
    builder.pairs = [UInt64.max.bytes + [0, 0, 0, 0, 0]]
    try expect(builder, .truncated(offset: 64, what: "a metadata key"))
  }

  @Test func aValueOfAnUnknownType() throws {
    var builder = GGUFBuilder()
    builder.pairs = [GGUFBuilder.pair("k", 13, [0])]
    try expect(builder, .unknownValueType(key: "k", code: 13))
  }

  @Test func aListOfAnUnknownType() throws {
    var builder = GGUFBuilder()
    builder.pairs = [GGUFBuilder.pair("k", 9, (99 as UInt32).bytes + (0 as UInt64).bytes)]
    try expect(builder, .unknownValueType(key: "k", code: 99))
  }

  @Test func aListLongerThanTheFile() throws {
    var builder = GGUFBuilder()
    builder.pairs = [GGUFBuilder.pair("k", 9, (4 as UInt32).bytes + (1 << 60 as UInt64).bytes)]
    try expect(builder, .tooMany(what: "elements of 'k'", count: 1 << 60, limit: 3))
  }

  @Test func listsNestedTooDeeply() throws {
    var builder = GGUFBuilder()
    let level = (9 as UInt32).bytes + (1 as UInt64).bytes
    builder.pairs = [GGUFBuilder.pair("k", 9, (0..<9).flatMap { _ in level })]
    try expect(builder, .nestedTooDeeply(key: "k", limit: 8))
  }

  @Test func twoValuesOfOneKey() throws {
    var builder = GGUFBuilder()
    builder.pairs = [GGUFBuilder.pair("k", integer: 1), GGUFBuilder.pair("k", integer: 2)]
    try expect(builder, .duplicateKey("k"))
  }

  @Test(arguments: [
    GGUFBuilder.pair("general.alignment", integer: 0),
    GGUFBuilder.pair("general.alignment", integer: 48),
    GGUFBuilder.pair("general.alignment", 10, (64 as UInt64).bytes),
    GGUFBuilder.pair("general.alignment", text: "32"),
  ])
  func anAlignmentThatIsNone(_ pair: [UInt8]) throws {
    var builder = GGUFBuilder()
    builder.pairs = [pair]
    try expect(builder, .invalidAlignment)
  }

  // MARK: Tensors

  @Test func twoTensorsOfOneName() throws {
    try expect(
      [GGUFBuilder.Tensor(), GGUFBuilder.Tensor(offset: 32)], data: 64, .duplicateTensor("t"))
  }

  @Test func moreDimensionsThanThereAre() throws {
    try expect(
      [GGUFBuilder.Tensor(sizes: [1, 1, 1, 1, 1])], data: 4,
      .tooManyDimensions(tensor: "t", count: 5, limit: 4))
    try expect(
      [GGUFBuilder.Tensor(dimensionCount: .max)], data: 4,
      .tooManyDimensions(tensor: "t", count: .max, limit: 4))
  }

  @Test(arguments: [4, 5, 36, 1000] as [UInt32])
  func aTypeThatIsNotKnown(_ code: UInt32) throws {
    try expect(
      [GGUFBuilder.Tensor(type: code)], data: 16, .unknownElementType(tensor: "t", code: code))
  }

  @Test(arguments: [[1 << 63], [1 << 32, 1 << 32], [1 << 62]] as [[UInt64]])
  func sizesThatOverflow(_ sizes: [UInt64]) throws {
    try expect([GGUFBuilder.Tensor(sizes: sizes)], data: 16, .shapeOverflows(tensor: "t"))
  }

  @Test func rowsOfPartialBlocks() throws {
    try expect(
      [GGUFBuilder.Tensor(sizes: [16, 2], type: 2)], data: 18,
      .partialBlock(tensor: "t", columns: 16, elementType: .q4_0))
  }

  @Test func aPositionThatIsNotAligned() throws {
    try expect(
      [GGUFBuilder.Tensor(offset: 4)], data: 64, .misaligned(tensor: "t", offset: 4, alignment: 32))
  }

  @Test func aTensorThatEndsAfterTheFile() throws {
    // The data starts at byte 64.
    try expect(
      [GGUFBuilder.Tensor()], data: 15, .pastEnd(tensor: "t", end: 80, fileByteCount: 79))
    try expect(
      [GGUFBuilder.Tensor(offset: 0xffff_ffff_ffff_ffe0)], data: 16,
      .pastEnd(tensor: "t", end: .max, fileByteCount: 80))
  }

  @Test func tensorsThatShareBytes() throws {
    try expect(
      [GGUFBuilder.Tensor(name: "a"), GGUFBuilder.Tensor(name: "b")], data: 16,
      .overlap(tensor: "b", other: "a"))
  }

  @Test func aTypeWithoutConversionIsNamedWhenItIsRead() throws {
    var builder = GGUFBuilder()
    builder.tensors = [GGUFBuilder.Tensor(sizes: [256], type: 16)]
    builder.data = [UInt8](repeating: 0, count: 66)
    let tensors = try open(builder).tensors
    #expect(
      throws: CheckpointError.tensor(path: tensors.path, name: "t", .unsupportedType(.iq2_xxs))
    ) { try tensors.matrix(named: "t").count }
  }

  private func expect(
    _ tensors: [GGUFBuilder.Tensor], data: Int, _ fault: GGUFFault,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    var builder = GGUFBuilder()
    builder.tensors = tensors
    builder.data = [UInt8](repeating: 0, count: data)
    try expect(builder, fault, at: location)
  }

  private func expect(
    _ builder: GGUFBuilder, _ fault: GGUFFault, at location: SourceLocation = #_sourceLocation
  ) throws {
    try expect(builder.bytes, fault, at: location)
  }

  private func expect(
    _ bytes: [UInt8], _ fault: GGUFFault, at location: SourceLocation = #_sourceLocation
  ) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes, to: "t.gguf")
    #expect(throws: CheckpointError.gguf(path: path, fault), sourceLocation: location) {
      try GGUFFile(opening: path)
    }
  }

  private func open(_ builder: GGUFBuilder) throws -> GGUFFile {
    let folder = try TemporaryFolder()
    return try GGUFFile(opening: try folder.write(builder.bytes, to: "t.gguf"))
  }
}
