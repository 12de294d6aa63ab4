import Checkpoints
import RandomNumbers
import TestSupport
import Testing

/// Whatever the bytes are, opening and reading ends with values or an error, never with a trap.
@Suite struct MalformedFileTests {
  static let seeds: Range<UInt64> = 0..<4

  @Test(arguments: seeds)
  func damagedGGUFFiles(_ seed: UInt64) throws {
    let original = try contents(of: Fixtures.path("checkpoints/quants/all.gguf"))
    try damage(original, from: original.prefix(2048).count, seed: seed) { path in
      let file = try GGUFFile(opening: path)
      for name in file.tensors.names { _ = try? file.tensors.matrix(named: name).count }
    }
  }

  @Test(arguments: seeds)
  func damagedGGUFModels(_ seed: UInt64) throws {
    let original = try contents(of: Fixtures.path("checkpoints/architectures/gemma3/gemma3.gguf"))
    try damage(original, from: 1200, seed: seed) { path in
      try readAll(Checkpoint(opening: path))
    }
  }

  @Test(arguments: seeds)
  func damagedSafetensorsFiles(_ seed: UInt64) throws {
    let original = try contents(of: Fixtures.path("adapters/plain/adapter_model.safetensors"))
    try damage(original, from: 3000, seed: seed) { path in
      let tensors = try SafetensorsFile(opening: path).tensors
      for name in tensors.names { _ = try? tensors.matrix(named: name).count }
    }
  }

  @Test(arguments: ["checkpoints/quants/all.gguf", "adapters/plain/adapter_model.safetensors"])
  func everyTruncationIsAnError(_ name: String) throws {
    let original = try contents(of: Fixtures.path(name))
    let folder = try TemporaryFolder()
    for length in Array(0..<200) + Array(stride(from: 200, to: original.count - 64, by: 97)) {
      let path = try folder.write(Array(original[..<length]), to: "t")
      #expect(throws: CheckpointError.self, "\(length) bytes") {
        if name.hasSuffix(".gguf") {
          _ = try GGUFFile(opening: path)
        } else {
          _ = try SafetensorsFile(opening: path)
        }
      }
    }
  }

  private func readAll(_ checkpoint: Checkpoint) throws {
    for name in checkpoint.tensorNames { _ = try? checkpoint.matrix(named: name).count }
    _ = try checkpoint.fingerprint()
  }

  /// Changes a few bytes of the first `headerLength`, or cuts the file, many times.
  private func damage(
    _ original: [UInt8], from headerLength: Int, seed: UInt64, _ open: (String) throws -> Void
  ) throws {
    var generator = SplitMix64(seed: seed)
    let folder = try TemporaryFolder()
    var refused = 0
    let attempts = 150
    for _ in 0..<attempts {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let position = Int.random(in: 0..<headerLength, using: &generator)
        bytes[position] =
          Bool.random(using: &generator)
          ? UInt8.random(in: 0...255, using: &generator)
          : bytes[position] ^ 1 << UInt8.random(in: 0..<8, using: &generator)
      }
      if Int.random(in: 0..<4, using: &generator) == 0 {
        bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
      }
      let path = try folder.write(bytes, to: "t.gguf")
      do { try open(path) } catch let error as CheckpointError {
        refused += 1
        #expect(!error.description.isEmpty && !error.description.contains("\n"))
      }
    }
    // Most damage to a header is found; damage to names and the like need not be.
    #expect(refused > attempts / 5, "seed \(seed)")
  }
}
