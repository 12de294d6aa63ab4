import Checkpoints
import LinearAlgebra
import TestSupport
import Testing

/// Fingerprints depend on the weights and on nothing else.
@Suite struct FingerprintTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.copy("models/llama/config.json", to: "a/config.json")
    try folder.copy("models/llama/config.json", to: "b/config.json")
  }

  /// SHA-256 of the text that the documentation describes, made with another implementation:
  /// `printf 'suture-checkpoint-1\nt\nF32 [2]\n\0\0\200\77\0\0\0\100' | sha256sum`.
  @Test func aKnownFingerprint() throws {
    let fingerprint = try fingerprint([("t", [1, 2])], in: "a")
    #expect(fingerprint == "eaa0fc0c503d6e5ee745e9d1d212de7564682ee864d8192ff5c8235caf447724")
  }

  @Test func pathAndOrderDoNotMatter() throws {
    let one = try fingerprint([("t", [1, 2]), ("u", [3])], in: "a")
    let other = try fingerprint([("u", [3]), ("t", [1, 2])], in: "b")
    #expect(one == other)
  }

  @Test func valuesNamesAndShapesMatter() throws {
    let fingerprints = [
      try fingerprint([("t", [1, 2])], in: "a"), try fingerprint([("t", [1, 3])], in: "a"),
      try fingerprint([("u", [1, 2])], in: "a"), try fingerprint([("t", [1])], in: "a"),
      try fingerprint([("t", [1, 2])], rows: 2, in: "a"),
    ]
    #expect(Set(fingerprints).count == fingerprints.count)
  }

  @Test func largeTensorsAreSampledFromFirstToLast() throws {
    // 2 MiB: 256 pages of 4 KiB, each followed by about as much that is passed over.
    let count = (2 << 20) / 4
    var values = [Float](repeating: 1, count: count)
    let original = try fingerprint([("t", values)], in: "a")
    values[1024] = 2
    #expect(try fingerprint([("t", values)], in: "a") == original)
    values[1023] = 2
    #expect(try fingerprint([("t", values)], in: "a") != original)
    values = [Float](repeating: 1, count: count)
    values[count - 1] = 2
    #expect(try fingerprint([("t", values)], in: "a") != original)
  }

  private func fingerprint(
    _ tensors: [(name: String, values: [Float])], rows: Int? = nil, in name: String
  ) throws -> String {
    let descriptors = tensors.map { tensor in
      let shape = rows.map { [$0, tensor.values.count / $0] } ?? [tensor.values.count]
      return TensorDescriptor(name: tensor.name, shape: shape, elementType: .f32)
    }
    let path = "\(folder.path)/\(name)"
    let writer = try SafetensorsWriter(
      creating: "\(path)/model.safetensors", tensors: descriptors)
    for (descriptor, tensor) in try pairs(descriptors, tensors) {
      let values = Matrix(
        rows: descriptor.rows, columns: descriptor.columns, elements: tensor.values)
      try writer.write(values, to: tensor.name)
    }
    try writer.finish()
    return try Checkpoint(opening: path).fingerprint()
  }
}
