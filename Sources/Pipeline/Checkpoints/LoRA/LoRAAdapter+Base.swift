import LinearAlgebra

extension LoRAAdapter {
  /// Checks that a model is one that the adapter can be put on.
  ///
  /// - Parameters:
  ///   - checkpoint: The base model.
  ///   - linearModules: The names of the layers that can be changed; every weight when absent.
  ///   - path: What to name in the error: the adapter's folder.
  /// - Throws: `CheckpointError.adapter` naming a layer that is not there or has another shape, or a
  ///   whole tensor that is not the base model's; `CheckpointError.tensor`.
  public func check(
    against checkpoint: Checkpoint, modules linearModules: [String]? = nil, path: String
  ) throws(CheckpointError) {
    let linear = linearModules.map(Set.init)
    for name in moduleNames {
      guard let module = modules[name] else { continue }
      guard let weight = checkpoint.descriptor(of: name + ".weight") else {
        throw .adapter(path: path, .moduleNotInBase(name))
      }
      if let linear, !linear.contains(name) { throw .adapter(path: path, .moduleNotLinear(name)) }
      let shape = [module.left.rows, module.right.columns]
      guard weight.shape == shape else {
        throw .adapter(
          path: path, .wrongShape(tensor: name, shape: shape, expected: "\(weight.shape)"))
      }
    }
    try checkWholeTensors(checkpoint, path)
  }

  /// PEFT puts whole tensors in the place of the base model's, so they have to be the same.
  private func checkWholeTensors(
    _ checkpoint: Checkpoint, _ path: String
  ) throws(CheckpointError) {
    for (tensor, baseName) in wholeTensors {
      guard let base = Self.base(baseName, checkpoint) else {
        throw .adapter(path: path, .unexpectedTensor(tensor.descriptor.name))
      }
      guard try tensor.equals(base) else {
        throw .adapter(path: path, .trainedTensor(tensor.descriptor.name))
      }
    }
    for module in savedModules where checkpoint.tensorNames.contains(where: module.holds) {
      guard wholeTensors.contains(where: { module.holds($0.baseName) }) else {
        throw .adapter(path: path, .savedModuleMissing(module))
      }
    }
  }

  /// The base model's tensor of a name; of a head that is the embedding, that.
  private static func base(_ name: String, _ checkpoint: Checkpoint) -> StoredTensor? {
    let (head, embedding) = ("lm_head.weight", "model.embed_tokens.weight")
    return checkpoint.tensors[name]
      ?? (name == head ? checkpoint.tensors[embedding] : nil)
      ?? (name == embedding ? checkpoint.tensors[head] : nil)
  }

  /// The name in the base model of a tensor that stands whole in the file, or nil for a part of a
  /// pair and for what belongs to another method.
  static func baseName(of key: String) -> String? {
    guard key.hasPrefix(prefix) else { return nil }
    var parts = key.dropFirst(prefix.count).split(separator: ".").map(String.init)
    guard let kind = parts.popLast(), kind == "weight" || kind == "bias" else { return nil }
    // What PEFT wraps around a module that it trains or adapts.
    if parts.suffix(2) == ["modules_to_save", "default"] { parts.removeLast(2) }
    if let last = parts.last, ["modules_to_save", "base_layer"].contains(last) {
      parts.removeLast()
    }
    let isOther = parts.contains { $0.hasPrefix("lora_") || $0.hasPrefix("token_adapter") }
    return isOther || parts.isEmpty ? nil : (parts + [kind]).joined(separator: ".")
  }
}

extension String {
  /// Whether a tensor belongs to this module, or to one inside it.
  fileprivate func holds(_ tensor: String) -> Bool {
    names(tensor.split(separator: ".").dropLast().joined(separator: "."))
  }
}
