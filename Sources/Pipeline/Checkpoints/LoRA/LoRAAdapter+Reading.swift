import Files
import LinearAlgebra
import ModelFiles
import OrderedJSON

extension LoRAAdapter {
  /// Reads an adapter.
  ///
  /// - Parameter folder: A folder with `adapter_config.json` and `adapter_model.safetensors`.
  /// - Throws: `CheckpointError` when it is malformed or asks for what is not supported.
  public init(reading folder: String) throws(CheckpointError) {
    let contents = try ModelFolder(at: folder)
    let configurationPath = AdapterFileName.configuration.path(in: folder)
    let json = try Document.json(at: configurationPath)
    let settings: LoRASettings
    do { settings = try LoRASettings(json) } catch {
      throw .adapter(path: configurationPath, error)
    }
    try Self.refusePickle(contents)
    let weightsPath = AdapterFileName.weights.path(in: folder)
    let tensors = try SafetensorsFile(opening: weightsPath).tensors
    let names: [String]
    do { names = try Self.moduleNames(in: tensors) } catch {
      throw .adapter(path: weightsPath, error)
    }
    var modules: [String: LowRankMatrix] = [:]
    for name in names {
      let a = try Self.finiteMatrix(Self.key(name, "lora_A", in: tensors), tensors)
      let b = try Self.finiteMatrix(Self.key(name, "lora_B", in: tensors), tensors)
      do throws(AdapterFault) {
        let alpha = try settings.alpha(of: name, tensorRank: a.rows)
        let scale = Float(alpha / Double(a.rows))
        modules[name] = LowRankMatrix(left: b, right: a, scale: scale)
      } catch {
        throw .adapter(path: configurationPath, error)
      }
    }
    self.init(
      modules: modules, settings: settings,
      notes: settings.notes + settings.notes(onPatternsWithout: names),
      wholeTensors: tensors.tensors.compactMap { tensor in
        Self.baseName(of: tensor.descriptor.name).map { (tensor, $0) }
      })
  }

  private static func finiteMatrix(
    _ name: String, _ tensors: TensorTable
  ) throws(CheckpointError) -> Matrix {
    let matrix = try tensors.matrix(named: name)
    if let place = matrix.firstNonFinite {
      throw .adapter(
        path: tensors.path, .nonFinite(tensor: name, row: place.row, column: place.column))
    }
    return matrix
  }

  private static func refusePickle(_ folder: ModelFolder) throws(CheckpointError) {
    let pickle = AdapterFileName.pickle
    if FileEntry(at: AdapterFileName.weights.path(in: folder.path)) == nil,
      FileEntry(at: pickle.path(in: folder.path))?.type == .file
    {
      throw .model(folder.path, .pickled(file: pickle.rawValue))
    }
  }

  /// The modules that have a pair of tensors of fitting shapes; every tensor must belong to one.
  private static func moduleNames(in tensors: TensorTable) throws(AdapterFault) -> [String] {
    var names: [String] = []
    var seen: Set<String> = []
    for key in tensors.names where baseName(of: key) == nil {
      guard let (module, part) = parsed(key) else { throw .unexpectedTensor(key) }
      let other = part == "lora_A" ? "lora_B" : "lora_A"
      guard let partner = tensors[Self.key(module, other, in: tensors)] else {
        throw .missingTensor(Self.key(module, other, in: tensors))
      }
      guard part == "lora_A" else { continue }
      guard seen.insert(module).inserted else { throw .duplicateModule(module) }
      try checkShapes(tensors[key]?.descriptor, partner.descriptor)
      names.append(module)
    }
    guard !names.isEmpty else { throw .empty }
    return names
  }

  private static func checkShapes(
    _ a: TensorDescriptor?, _ b: TensorDescriptor
  ) throws(AdapterFault) {
    guard let a, a.shape.count == 2, a.shape[0] > 0, a.shape[1] > 0 else {
      throw .wrongShape(
        tensor: a?.name ?? "", shape: a?.shape ?? [], expected: "[rank, inputs]")
    }
    guard b.shape.count == 2, b.shape[0] > 0, b.shape[1] == a.shape[0] else {
      throw .wrongShape(tensor: b.name, shape: b.shape, expected: "[outputs, \(a.shape[0])]")
    }
  }

  /// The key of one half of a module's pair.
  static func key(_ module: String, _ part: String) -> String {
    "\(prefix)\(module).\(part).weight"
  }

  /// The same as it is in a file: PEFT also accepts the form that it has in memory.
  private static func key(_ module: String, _ part: String, in tensors: TensorTable) -> String {
    let inMemory = "\(prefix)\(module).\(part).default.weight"
    return tensors[inMemory] == nil ? key(module, part) : inMemory
  }

  private static func parsed(_ key: String) -> (module: String, part: String)? {
    guard key.hasPrefix(prefix) else { return nil }
    for part in ["lora_A", "lora_B"] {
      for suffix in [".\(part).weight", ".\(part).default.weight"] where key.hasSuffix(suffix) {
        let module = key.dropFirst(prefix.count).dropLast(suffix.count)
        return module.isEmpty ? nil : (String(module), part)
      }
    }
    return nil
  }
}
