/// Puts together GGUF files, sound or broken, without any of the code that reads them.
struct GGUFBuilder {
  struct Tensor {
    var name = "t"
    /// Fastest first.
    var sizes: [UInt64] = [4]
    var type: UInt32 = 0
    var offset: UInt64 = 0
    var dimensionCount: UInt32?
  }

  var magic = Array("GGUF".utf8)
  var version: UInt32 = 3
  var pairs: [[UInt8]] = []
  var tensors: [Tensor] = []
  var tensorCount: UInt64?
  var pairCount: UInt64?
  var alignment = 32
  var data: [UInt8] = []

  var header: [UInt8] {
    var bytes = magic + version.bytes
    bytes += (tensorCount ?? UInt64(tensors.count)).bytes
    bytes += (pairCount ?? UInt64(pairs.count)).bytes
    bytes += pairs.flatMap { $0 }
    for tensor in tensors {
      bytes += Self.string(tensor.name)
      bytes += (tensor.dimensionCount ?? UInt32(tensor.sizes.count)).bytes
      bytes += tensor.sizes.flatMap(\.bytes)
      bytes += tensor.type.bytes + tensor.offset.bytes
    }
    return bytes
  }

  var bytes: [UInt8] {
    let header = header
    let padding = (alignment - header.count % alignment) % alignment
    return header + [UInt8](repeating: 0, count: padding) + data
  }

  static func string(_ text: String) -> [UInt8] { UInt64(text.utf8.count).bytes + text.utf8 }

  /// A pair whose value is given as type number and bytes.
  static func pair(_ key: String, _ type: UInt32, _ value: [UInt8]) -> [UInt8] {
    string(key) + type.bytes + value
  }

  static func pair(_ key: String, integer value: UInt32) -> [UInt8] { pair(key, 4, value.bytes) }
  static func pair(_ key: String, float value: Float) -> [UInt8] {
    pair(key, 6, value.bitPattern.bytes)
  }
  static func pair(_ key: String, text value: String) -> [UInt8] { pair(key, 8, string(value)) }

  /// The metadata that a model of an architecture must have.
  static func settings(_ architecture: String) -> [[UInt8]] {
    [
      pair("general.architecture", text: architecture),
      pair("\(architecture).block_count", integer: 1),
      pair("\(architecture).context_length", integer: 64),
      pair("\(architecture).embedding_length", integer: 8),
      pair("\(architecture).feed_forward_length", integer: 16),
      pair("\(architecture).attention.head_count", integer: 2),
      pair("\(architecture).attention.layer_norm_rms_epsilon", float: 1e-5),
    ]
  }
}
