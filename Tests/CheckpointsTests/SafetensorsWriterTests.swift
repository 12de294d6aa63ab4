import Checkpoints
import Failures
import Files
import LinearAlgebra
import OrderedJSON
import SystemPackage
import TestSupport
import Testing

/// The writer against files that Hugging Face's library wrote.
@Suite struct SafetensorsWriterTests {
  @Test func theBytesEqualThoseOfTheReferenceWriter() throws {
    let folder = try TemporaryFolder()
    let copy = try copied("models/llama", to: folder.path + "/model.safetensors")
    #expect(try contents(of: copy) == contents(of: Fixtures.path("models/llama/model.safetensors")))
  }

  @Test func bfloat16SurvivesARoundTrip() throws {
    let folder = try TemporaryFolder()
    let copy = try copied("models/qwen2-bf16", to: folder.path + "/model.safetensors")
    #expect(
      try contents(of: copy) == contents(of: Fixtures.path("models/qwen2-bf16/model.safetensors")))
  }

  @Test func aModelInOneFileEqualsTheShardedOne() throws {
    let folder = try TemporaryFolder()
    try folder.copy("models/mistral/config.json", to: "config.json")
    try copied("models/mistral", to: folder.path + "/model.safetensors")
    let single = try Checkpoint(opening: folder.path)
    let sharded = try Checkpoint(opening: Fixtures.path("models/mistral"))
    #expect(single.tensorNames.sorted() == sharded.tensorNames.sorted())
    for name in sharded.tensorNames {
      #expect(bits(try single.matrix(named: name)) == bits(try sharded.matrix(named: name)))
    }
    #expect(try single.fingerprint() == sharded.fingerprint())
  }

  @Test func rowsMayComeInAnyOrder() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/t.safetensors"
    let tensors = [
      TensorDescriptor(name: "a", shape: [3, 2], elementType: .f16),
      TensorDescriptor(name: "b", shape: [2], elementType: .f32),
    ]
    let writer = try SafetensorsWriter(creating: path, tensors: tensors)
    try writer.write(Matrix(rows: 1, columns: 2, elements: [7, 8]), to: "b")
    try writer.write(Matrix(rows: 2, columns: 2, elements: [3, 4, 5, 6]), to: "a", atRow: 1)
    try writer.write(Matrix(rows: 1, columns: 2, elements: [1, 2]), to: "a")
    try writer.finish()
    let written = try SafetensorsFile(opening: path).tensors
    #expect(try written.matrix(named: "a").elements == [1, 2, 3, 4, 5, 6])
    #expect(try written.matrix(named: "b").elements == [7, 8])
    #expect(written["a"]?.descriptor == tensors[0])
  }

  @Test func aFileThatIsNotFinishedLeavesNothing() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/t.safetensors"
    do {
      let tensor = TensorDescriptor(name: "t", shape: [1], elementType: .f32)
      _ = try SafetensorsWriter(creating: path, tensors: [tensor])
    }
    #expect(try ModelFolder(at: folder.path).fileNames.isEmpty)
  }

  @Test func aFolderThatIsNotThereCannotBeWrittenTo() throws {
    let path = "/nowhere/t.safetensors"
    let error = #expect(throws: CheckpointError.self) {
      _ = try SafetensorsWriter(creating: path, tensors: [])
    }
    #expect(error == .file(path: path, .cannotCreate(.noSuchFileOrDirectory)))
    #expect(error?.kind == .cannotCreate)
  }

  @Test func typesAndShapesThatCannotBeWritten() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/t.safetensors"
    #expect(throws: CheckpointError.tensor(path: path, name: "t", .unsupportedType(.q4_0))) {
      _ = try SafetensorsWriter(
        creating: path,
        tensors: [TensorDescriptor(name: "t", shape: [32], elementType: .q4_0)])
    }
    #expect(throws: CheckpointError.tensor(path: path, name: "t", .notAMatrix(shape: [1, 1, 1]))) {
      _ = try SafetensorsWriter(
        creating: path,
        tensors: [TensorDescriptor(name: "t", shape: [1, 1, 1], elementType: .f32)])
    }
    #expect(try ModelFolder(at: folder.path).fileNames.isEmpty)
  }

  @Test func aTensorWithoutElements() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/t.safetensors"
    let tensor = TensorDescriptor(name: "t", shape: [0, 1 << 62], elementType: .f32)
    let writer = try SafetensorsWriter(creating: path, tensors: [tensor])
    try writer.write(Matrix(rows: 0, columns: 1 << 62), to: "t")
    try writer.finish()
    #expect(try SafetensorsFile(opening: path).tensors["t"]?.descriptor == tensor)
  }

  /// Reads all tensors of a model and writes them to one file.
  @discardableResult
  private func copied(_ model: String, to path: String) throws -> String {
    let checkpoint = try Checkpoint(opening: Fixtures.path(model))
    let descriptors = checkpoint.tensorNames.compactMap { checkpoint.descriptor(of: $0) }
    let writer = try SafetensorsWriter(creating: path, tensors: descriptors)
    for descriptor in descriptors {
      try writer.write(try checkpoint.matrix(named: descriptor.name), to: descriptor.name)
    }
    try writer.finish()
    return path
  }
}
