import Files
import OrderedJSON

/// A model whose tensors are spread over several safetensors files.
///
/// The index is a JSON object whose `weight_map` gives each tensor the name of its file:
/// `{"metadata": {...}, "weight_map": {"lm_head.weight": "model-00002-of-00002.safetensors"}}`.
struct ShardedSafetensors {
  private let index: String
  private let folder: String
  private var shards: [ExactString: TensorTable] = [:]
  private var shardOrder: [TensorTable] = []

  /// Opens every file that an index names.
  ///
  /// - Parameters:
  ///   - index: Path of `model.safetensors.index.json`.
  ///   - folder: Folder of the files.
  /// - Returns: The tensors of the index, in its order, then those of its files that it leaves out:
  ///   transformers reads whole files, whatever the index says of their tensors.
  /// - Throws: `CheckpointError` of the index or of one of the files.
  static func tensors(index: String, in folder: String) throws(CheckpointError) -> TensorTable {
    var reader = ShardedSafetensors(index: index, folder: folder)
    return try reader.read()
  }

  private init(index: String, folder: String) {
    self.index = index
    self.folder = folder
  }

  private mutating func read() throws(CheckpointError) -> TensorTable {
    guard let members = try Document.json(at: index)["weight_map"]?.objectValue?.members else {
      throw .safetensors(path: index, .malformedIndex(key: "weight_map"))
    }
    var table = TensorTable(path: index)
    for member in members {
      guard let shard = member.value.stringValue else {
        throw .safetensors(path: index, .malformedIndex(key: member.key))
      }
      guard let tensor = try tensors(in: shard, wanted: member.key)[member.key] else {
        throw .safetensors(path: index, .tensorNotInShard(tensor: member.key, shard: shard))
      }
      guard table.insert(tensor) else {
        throw .safetensors(path: index, .duplicateTensor(member.key))
      }
    }
    for shard in shardOrder { for tensor in shard.tensors { _ = table.insert(tensor) } }
    return table
  }

  private mutating func tensors(
    in shard: String, wanted tensor: String
  ) throws(CheckpointError) -> TensorTable {
    if let open = shards[ExactString(shard)] { return open }
    guard Self.isPlainName(shard) else {
      throw .safetensors(path: index, .unsafeShardName(tensor: tensor, shard: shard))
    }
    let path = "\(folder)/\(shard)"
    guard FileEntry(at: path) != nil else {
      throw .safetensors(path: index, .missingShard(tensor: tensor, shard: shard))
    }
    let table = try SafetensorsFile(opening: path).tensors
    shards[ExactString(shard)] = table
    shardOrder.append(table)
    return table
  }

  /// Whether a name stays inside its folder.
  private static func isPlainName(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".." && !name.utf8.contains(UInt8(ascii: "/"))
      && !name.utf8.contains(0)
  }
}
