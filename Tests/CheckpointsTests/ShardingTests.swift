import Checkpoints
import OrderedJSON
import TestSupport
import Testing

/// Malformed indices of models in several files.
@Suite struct ShardingTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.copy("models/mistral/config.json", to: "config.json")
    for part in ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"] {
      try folder.copy("models/mistral/\(part)", to: part)
    }
  }

  @Test func anIndexWithoutAMap() throws {
    try expect(#"{"metadata":{}}"#, .malformedIndex(key: "weight_map"))
    try expect(#"{"weight_map":[]}"#, .malformedIndex(key: "weight_map"))
    try expect("[]", .malformedIndex(key: "weight_map"))
  }

  @Test func anIndexThatNamesNoFile() throws {
    try expect(#"{"weight_map":{"t":1}}"#, .malformedIndex(key: "t"))
  }

  @Test(arguments: ["../model.safetensors", "/etc/passwd", "a/b", "..", ".", "", "a\u{0}b"])
  func aFileInAnotherFolder(_ shard: String) throws {
    let name = JSONValue.string(shard).text()
    try expect(
      #"{"weight_map":{"t":\#(name)}}"#, .unsafeShardName(tensor: "t", shard: shard))
  }

  @Test func aFileThatIsNotThere() throws {
    try expect(
      #"{"weight_map":{"t":"model-00003-of-00003.safetensors"}}"#,
      .missingShard(tensor: "t", shard: "model-00003-of-00003.safetensors"))
  }

  @Test func aTensorThatIsNotInItsFile() throws {
    try expect(
      #"{"weight_map":{"t":"model-00001-of-00002.safetensors"}}"#,
      .tensorNotInShard(tensor: "t", shard: "model-00001-of-00002.safetensors"))
  }

  @Test func aTensorThatTheIndexLeavesOut() throws {
    let index = try JSONValue(
      parsing: contents(of: Fixtures.path("models/mistral/model.safetensors.index.json")))
    var map = try #require(index["weight_map"]?.objectValue)
    let whole = try Checkpoint(opening: Fixtures.path("models/mistral"))
    map["model.norm.weight"] = nil
    let edited: JSONValue = ["weight_map": .object(map)]
    try folder.write(edited.text(), to: "model.safetensors.index.json")
    let found = try Checkpoint(opening: folder.path)
    #expect(found.tensorNames.sorted() == whole.tensorNames.sorted())
    #expect(try found.fingerprint() == whole.fingerprint())
  }

  @Test func aTensorThatIsMappedTwice() throws {
    let entry = #""model.embed_tokens.weight":"model-00001-of-00002.safetensors""#
    try expect(
      "{\"weight_map\":{\(entry),\(entry)}}", .duplicateTensor("model.embed_tokens.weight"))
  }

  @Test func anIndexThatIsNotJSON() throws {
    let path = try folder.write("{", to: "model.safetensors.index.json")
    #expect(throws: CheckpointError.json(path: path, JSONError(.unexpectedEnd, at: 1))) {
      try Checkpoint(opening: folder.path)
    }
  }

  @Test func aShardThatIsMalformed() throws {
    let shard = try folder.write([1, 2, 3], to: "model-00001-of-00002.safetensors")
    try folder.copy(
      "models/mistral/model.safetensors.index.json", to: "model.safetensors.index.json")
    #expect(throws: CheckpointError.safetensors(path: shard, .tooShort(byteCount: 3))) {
      try Checkpoint(opening: folder.path)
    }
  }

  private func expect(
    _ index: String, _ fault: SafetensorsFault, at location: SourceLocation = #_sourceLocation
  ) throws {
    let path = try folder.write(index, to: "model.safetensors.index.json")
    #expect(throws: CheckpointError.safetensors(path: path, fault), sourceLocation: location) {
      try Checkpoint(opening: folder.path)
    }
  }
}
