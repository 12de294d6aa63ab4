import Checkpoints
import Files
import LinearAlgebra
import OrderedJSON
import TestSupport
import Testing

/// Whole models against hashes made with Hugging Face's safetensors library.
@Suite struct CheckpointTests {
  @Test(arguments: ["llama", "mistral", "qwen2-bf16"])
  func everyTensorHasTheValuesOfTheReference(_ name: String) throws {
    let checkpoint = try Checkpoint(opening: Fixtures.path("models/\(name)"))
    let expected = try #require(try Fixtures.json("checkpoints/hashes.json")[name]?.objectValue)
    #expect(checkpoint.tensorNames.sorted() == expected.keys.sorted())
    for member in expected.members {
      let values = try checkpoint.matrix(named: member.key)
      #expect(hash(values) == member.value.stringValue, "\(member.key)")
    }
    #expect(
      checkpoint.configuration.text() == (try Fixtures.json("models/\(name)/config.json")).text())
    #expect(checkpoint.ggufMetadata == nil)
  }

  @Test func llamaGGUFEqualsTheFolderItWasMadeFrom() throws {
    let gguf = try Checkpoint(opening: Fixtures.path("checkpoints/tiny-llama/model.gguf"))
    let folder = try Checkpoint(opening: Fixtures.path("models/llama"))
    #expect(gguf.tensorNames.sorted() == folder.tensorNames.sorted())
    for name in folder.tensorNames {
      #expect(gguf.descriptor(of: name) == folder.descriptor(of: name))
      #expect(bits(try gguf.matrix(named: name)) == bits(try folder.matrix(named: name)), "\(name)")
    }
  }

  @Test func rowsOfPermutedTensorsEqualThoseOfTheWhole() throws {
    let checkpoint = try Checkpoint(opening: Fixtures.path("checkpoints/tiny-llama/model.gguf"))
    for name in ["self_attn.q_proj", "self_attn.k_proj", "mlp.up_proj"] {
      let key = "model.layers.1.\(name).weight"
      let whole = try checkpoint.matrix(named: key)
      var part = Matrix(rows: 6, columns: whole.columns)
      var span = part.mutableSpan
      try checkpoint.read(key, rows: 3..<8, into: &span, at: whole.columns)
      let expected = whole.elements[(3 * whole.columns)..<(8 * whole.columns)]
      #expect(part.elements.dropFirst(whole.columns).elementsEqual(expected))
    }
  }

  @Test func oneDimensionalTensorsAreOneRow() throws {
    let checkpoint = try Checkpoint(opening: Fixtures.path("models/llama"))
    let norm = try checkpoint.matrix(named: "model.norm.weight")
    #expect(norm.rows == 1 && norm.columns == 48)
  }

  @Test func severalThreadsFillOneBuffer() async throws {
    let checkpoint = try Checkpoint(opening: Fixtures.path("checkpoints/tiny-llama/model.gguf"))
    let name = "model.embed_tokens.weight"
    let expected = try checkpoint.matrix(named: name).elements
    let columns = try #require(checkpoint.descriptor(of: name)).columns
    let parts = try await withThrowingTaskGroup(of: (Int, [Float]).self) { group in
      for part in 0..<8 {
        group.addTask {
          var buffer = [Float](repeating: 0, count: 32 * columns)
          var span = buffer.mutableSpan
          try checkpoint.read(name, rows: part * 32..<part * 32 + 32, into: &span, at: 0)
          return (part, buffer)
        }
      }
      return try await group.reduce(into: [Int: [Float]]()) { $0[$1.0] = $1.1 }
    }
    #expect((0..<8).flatMap { parts[$0] ?? [] } == expected)
  }

  @Test func adviceChangesNoValue() throws {
    let checkpoint = try Checkpoint(opening: Fixtures.path("models/llama"))
    let name = "lm_head.weight"
    let before = try checkpoint.matrix(named: name).elements
    for advice in [AccessAdvice.willNeed, .sequential, .random, .finished] {
      checkpoint.advise(advice, for: name)
      #expect(try checkpoint.matrix(named: name).elements == before)
    }
  }

  @Test func aTensorThatIsNotThereIsNamed() throws {
    let path = Fixtures.path("models/llama")
    let checkpoint = try Checkpoint(opening: path)
    #expect(checkpoint.descriptor(of: "nowhere") == nil)
    #expect(
      throws: CheckpointError.tensor(
        path: path + "/model.safetensors", name: "nowhere", .missing)
    ) { try checkpoint.matrix(named: "nowhere").count }
  }

  @Test func namesAreComparedByTheirBytes() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/t.safetensors"
    let (composed, decomposed) = ("\u{e9}", "e\u{301}")
    let writer = try SafetensorsWriter(
      creating: path,
      tensors: [composed, decomposed].map {
        TensorDescriptor(name: $0, shape: [1], elementType: .f32)
      })
    try writer.write(Matrix(rows: 1, columns: 1, elements: [1]), to: composed)
    try writer.write(Matrix(rows: 1, columns: 1, elements: [2]), to: decomposed)
    try writer.finish()
    let tensors = try SafetensorsFile(opening: path).tensors
    #expect(try tensors.matrix(named: composed).elements == [1])
    #expect(try tensors.matrix(named: decomposed).elements == [2])
  }
}
