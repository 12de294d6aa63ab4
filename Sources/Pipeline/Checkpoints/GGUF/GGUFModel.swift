import OrderedJSON

/// The model in a GGUF file in the terms of Hugging Face: names, order of rows, configuration.
struct GGUFModel {
  /// The tensors under their Hugging Face names.
  let tensors: TensorTable
  /// What `config.json` of the same model holds.
  let configuration: JSONValue

  /// Translates a file.
  ///
  /// - Parameter file: A GGUF file.
  /// - Throws: `CheckpointError.gguf` for architectures and tensors that are not known.
  init(_ file: GGUFFile) throws(CheckpointError) {
    let path = file.tensors.path
    do throws(GGUFFault) {
      let settings = try GGUFSettings(file.metadata)
      try settings.refuseUnsupported()
      let tensors = try Self.tensors(of: file, settings)
      let rope = try GGUFRopeScaling(settings, file.tensors)
      configuration = try GGUFConfiguration(settings, tensors: tensors, rope: rope).json()
      self.tensors = tensors
    } catch {
      throw .gguf(path: path, error)
    }
  }

  private static func tensors(
    of file: GGUFFile, _ settings: GGUFSettings
  ) throws(GGUFFault) -> TensorTable {
    let architecture = settings.architecture
    var table = TensorTable(path: file.tensors.path)
    for var tensor in file.tensors.tensors
    where !GGUFArchitecture.ropeTensors.contains(tensor.descriptor.name) {
      let stored = tensor.descriptor.name
      guard let name = architecture.huggingFaceName(of: stored) else {
        throw .unexpectedTensor(stored, architecture: architecture.rawValue)
      }
      tensor.descriptor.name = name
      if name.hasSuffix("norm.weight") { tensor.shift = -architecture.normOffset }
      if architecture.hasRotaryPairs {
        tensor.rowOrder = try rowOrder(of: tensor.descriptor, stored, settings)
      }
      guard table.insert(tensor) else { throw .duplicateTensor(stored) }
    }
    return table
  }

  /// The order of rows in a file whose queries and keys are permuted.
  private static func rowOrder(
    of descriptor: TensorDescriptor, _ stored: String, _ settings: GGUFSettings
  ) throws(GGUFFault) -> RowOrder {
    let heads: Int
    if descriptor.name.contains(".self_attn.q_proj.") {
      heads = settings.headCount
    } else if descriptor.name.contains(".self_attn.k_proj.") {
      heads = settings.keyValueHeadCount
    } else {
      return .asNamed
    }
    let rows = descriptor.shape.first ?? 1
    let type = descriptor.elementType
    guard descriptor.shape.count > 1 || type.elementsPerBlock == 1 else {
      throw .partialBlock(tensor: stored, columns: 1, elementType: type)
    }
    guard rows % (2 * heads) == 0, rows > 0 else {
      throw .unevenHeads(tensor: stored, rows: rows, heads: heads)
    }
    return .rotaryPairs(headDimension: rows / heads)
  }
}
