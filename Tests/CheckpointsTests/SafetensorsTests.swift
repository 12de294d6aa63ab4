import Checkpoints
import LinearAlgebra
import OrderedJSON
import TestSupport
import Testing

/// Malformed safetensors files and indices: each is refused for its own reason.
@Suite struct SafetensorsTests {
  @Test func aFileOfLessThanEightBytes() throws {
    try expect([1, 2, 3], .tooShort(byteCount: 3))
  }

  @Test func anEmptyFile() throws {
    try expect([], .tooShort(byteCount: 0))
  }

  @Test func aHeaderLargerThanAny() throws {
    try expect(
      UInt64.max.bytes, .headerTooLarge(byteCount: .max, limit: 100_000_000))
    try expect(
      (100_000_001 as UInt64).bytes,
      .headerTooLarge(byteCount: 100_000_001, limit: 100_000_000))
  }

  @Test func aHeaderThatEndsAfterTheFile() throws {
    try expect((9 as UInt64).bytes + [0x7b], .headerPastEnd(byteCount: 9, fileByteCount: 9))
  }

  @Test func aHeaderThatIsNotJSON() throws {
    try expect("{", .headerNotJSON(JSONError(.unexpectedEnd, at: 1)))
  }

  @Test func aHeaderThatIsNoObject() throws {
    try expect("[]", .headerNotObject(found: "an array"))
  }

  @Test func metadataOfOtherThanStrings() throws {
    try expect(#"{"__metadata__":{"a":1}}"#, .metadataNotStrings(key: "a"))
    try expect(#"{"__metadata__":[]}"#, .metadataNotStrings(key: "__metadata__"))
  }

  @Test func twoTensorsOfOneName() throws {
    try expect(
      #"{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
        + #""t":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#,
      data: 2, .duplicateTensor("t"))
  }

  @Test(arguments: [
    (#"{"shape":[1],"data_offsets":[0,1]}"#, "dtype"),
    (#"{"dtype":1,"shape":[1],"data_offsets":[0,1]}"#, "dtype"),
    (#"{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}"#, "dtype"),
    (#"{"dtype":"U8","data_offsets":[0,1]}"#, "shape"),
    (#"{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}"#, "shape"),
    (#"{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}"#, "shape"),
    (#"{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,1]}"#, "shape"),
    (#"{"dtype":"U8","shape":[1]}"#, "data_offsets"),
    (#"{"dtype":"U8","shape":[1],"data_offsets":[0]}"#, "data_offsets"),
    (#"{"dtype":"U8","shape":[1],"data_offsets":[1,0]}"#, "data_offsets"),
    (#"{"dtype":"U8","shape":[1],"data_offsets":[-1,0]}"#, "data_offsets"),
    ("7", "dtype"),
  ])
  func anEntryWithoutAProperField(_ entry: String, _ field: String) throws {
    try expect(#"{"t":\#(entry)}"#, data: 1, .malformedEntry(tensor: "t", field: field))
  }

  @Test(arguments: ["F31", "Q4_0", "f32", "", "F8_E4M3FNUZ", "I4"])
  func aTypeThatIsNotKnownIsNamedWhenItIsNeeded(_ name: String) throws {
    let folder = try TemporaryFolder()
    let header = Array(#"{"t":{"dtype":"\#(name)","shape":[1],"data_offsets":[0,4]}}"#.utf8)
    let path = try folder.write(
      UInt64(header.count).bytes + header + [0, 0, 0, 0], to: "t.safetensors")
    let tensors = try SafetensorsFile(opening: path).tensors
    #expect(tensors["t"]?.descriptor.shape == [1])
    #expect(throws: CheckpointError.tensor(path: path, name: "t", .unknownType(name))) {
      _ = try tensors.matrix(named: "t")
    }
  }

  /// Headers that the `safetensors` library 0.8 reads.
  @Test(arguments: [
    #"{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"__metadata__":null}"#,
    #"{"__metadata__":{},"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
    "  {\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}  \n\t ",
    #"{"t":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}"#,
    #"{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}"#,
    #"{"e":{"dtype":"F32","shape":[0,3],"data_offsets":[4,4]},"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
  ])
  func headersThatTheReferenceReads(_ header: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      UInt64(header.utf8.count).bytes + Array(header.utf8) + [0, 0, 128, 63], to: "t.safetensors")
    let tensors = try SafetensorsFile(opening: path).tensors
    #expect(try tensors.matrix(named: "t").elements == [1])
  }

  @Test func sizesWhoseProductOverflows() throws {
    let shape = [1 << 32, 1 << 32, 2]
    try expect(
      #"{"t":{"dtype":"F32","shape":\#(shape),"data_offsets":[0,4]}}"#, data: 4,
      .shapeOverflows(tensor: "t", shape: shape))
  }

  @Test func bytesThatDoNotFitTheShape() throws {
    try expect(
      #"{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, data: 4,
      .sizeMismatch(tensor: "t", byteCount: 4, shape: [2], elementType: .f32))
    // 2^62 elements of four bytes: the number of bytes overflows, not that of elements.
    try expect(
      #"{"t":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,4]}}"#, data: 4,
      .sizeMismatch(tensor: "t", byteCount: 4, shape: [1 << 62], elementType: .f32))
    // Three elements of half a byte.
    try expect(
      #"{"t":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}"#, data: 2,
      .sizeMismatch(tensor: "t", byteCount: 2, shape: [3], elementType: .f4))
  }

  @Test func aGapBeforeTheFirstTensor() throws {
    try expect(
      #"{"t":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, data: 2,
      .offsetsNotContiguous(tensor: "t", start: 1, expected: 0))
  }

  @Test func aGapBetweenTensors() throws {
    try expect(
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
        + #""b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}"#,
      data: 3, .offsetsNotContiguous(tensor: "b", start: 2, expected: 1))
  }

  @Test func tensorsThatOverlap() throws {
    try expect(
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"#
        + #""b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#,
      data: 3, .offsetsNotContiguous(tensor: "b", start: 1, expected: 2))
  }

  @Test func bytesAfterTheLastTensor() throws {
    try expect(
      #"{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, data: 2,
      .dataLengthMismatch(described: 1, available: 2))
  }

  @Test func aFileThatEndsInsideATensor() throws {
    try expect(
      #"{"t":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#, data: 1,
      .dataLengthMismatch(described: 2, available: 1))
  }

  @Test func soundFilesOfOddKinds() throws {
    // No tensors, a scalar, no elements, a header padded with spaces.
    #expect(try open("{}   ").names.isEmpty)
    let scalar = try open(#"{"t":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}"#, data: 4)
    #expect(try scalar.matrix(named: "t").elements == [0])
    let empty = try open(
      #"{"t":{"dtype":"F32","shape":[1152921504606846976,0],"data_offsets":[0,0]}}"#)
    #expect(try empty.matrix(named: "t").count == 0)
  }

  @Test func otherTypesAreNamedWhenTheyAreRead() throws {
    let tensors = try open(#"{"t":{"dtype":"I64","shape":[2],"data_offsets":[0,16]}}"#, data: 16)
    #expect(
      throws: CheckpointError.tensor(path: tensors.path, name: "t", .unsupportedType(.i64))
    ) { try tensors.matrix(named: "t").count }
    #expect(try tensors.readInt64s("t") == [0, 0])
    #expect(
      throws: CheckpointError.tensor(path: tensors.path, name: "t", .unsupportedType(.i64))
    ) { try tensors.readUInt8s("t") }
  }

  @Test func moreThanTwoDimensionsAreNamedWhenTheyAreRead() throws {
    let tensors = try open(#"{"t":{"dtype":"F32","shape":[1,1,1],"data_offsets":[0,4]}}"#, data: 4)
    #expect(
      throws: CheckpointError.tensor(path: tensors.path, name: "t", .notAMatrix(shape: [1, 1, 1]))
    ) { try tensors.matrix(named: "t").count }
  }

  private func expect(
    _ bytes: [UInt8], _ fault: SafetensorsFault, at location: SourceLocation = #_sourceLocation
  ) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes, to: "t.safetensors")
    #expect(throws: CheckpointError.safetensors(path: path, fault), sourceLocation: location) {
      try SafetensorsFile(opening: path)
    }
  }

  private func expect(
    _ header: String, data: Int = 0, _ fault: SafetensorsFault,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    try expect(Self.file(header, data: data), fault, at: location)
  }

  private func open(_ header: String, data: Int = 0) throws -> TensorTable {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.file(header, data: data), to: "t.safetensors")
    return try SafetensorsFile(opening: path).tensors
  }

  /// A file with this header and so many zeros.
  private static func file(_ header: String, data: Int) -> [UInt8] {
    UInt64(header.utf8.count).bytes + header.utf8 + [UInt8](repeating: 0, count: data)
  }
}
