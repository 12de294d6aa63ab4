import Files
import LinearAlgebra
import ModelFiles
import OrderedJSON

extension LoRAAdapter {
  /// Writes the adapter so that PEFT loads it unchanged.
  ///
  /// Where modules differ in rank or scale, `rank_pattern` and `alpha_pattern` name each of them.
  ///
  /// - Parameters:
  ///   - folder: An existing folder.
  ///   - elementType: F32, or F16 or BF16 for files of half the size.
  /// - Throws: `CheckpointError.file` when the files cannot be written; `.adapter` naming a tensor with
  ///   a value that the type cannot hold.
  public func write(
    to folder: String, elementType: ElementType = .f32
  ) throws(CheckpointError) {
    let names = moduleNames
    var descriptors: [TensorDescriptor] = []
    for name in names {
      guard let module = modules[name] else { continue }
      for (part, shape) in [
        ("lora_A", [module.innerDimension, module.right.columns]),
        ("lora_B", [module.left.rows, module.innerDimension]),
      ] {
        descriptors.append(
          TensorDescriptor(
            name: Self.key(name, part), shape: shape, elementType: elementType))
      }
    }
    let path = AdapterFileName.weights.path(in: folder)
    for name in names {
      guard let module = modules[name] else { continue }
      try Self.requireFitting(module.right, Self.key(name, "lora_A"), elementType, path)
      try Self.requireFitting(module.left, Self.key(name, "lora_B"), elementType, path)
    }
    let writer = try SafetensorsWriter(creating: path, tensors: descriptors)
    for name in names {
      guard let module = modules[name] else { continue }
      try writer.write(module.right, to: Self.key(name, "lora_A"))
      try writer.write(module.left, to: Self.key(name, "lora_B"))
    }
    try writer.finish()
    let text = configuration.text(.pretty) + "\n"
    let configurationPath = AdapterFileName.configuration.path(in: folder)
    try CheckpointError.file(configurationPath) { () throws(FileFault) in
      try ReplacementFile.write(Array(text.utf8), to: configurationPath)
    }
  }

  /// Checks that no value becomes an infinity in a type of a smaller range.
  private static func requireFitting(
    _ matrix: borrowing Matrix, _ tensor: String, _ type: ElementType, _ path: String
  ) throws(CheckpointError) {
    // Half a unit in the last place above the largest number: what rounds to it still fits.
    let limit: Float = type == .f16 ? 65520 : type == .bf16 ? 0x1.FFp127 : .infinity
    for row in 0..<matrix.rows {
      let values = matrix.row(row)
      for column in 0..<matrix.columns where !(abs(values[column]) < limit) {
        throw .adapter(
          path: path,
          .valueOverflows(tensor: tensor, row: row, column: column, elementType: type))
      }
    }
  }

  /// The `adapter_config.json`.
  private var configuration: JSONValue {
    let names = moduleNames
    let first = names.first.flatMap { modules[$0] }
    let (rank, alpha) = (first?.innerDimension ?? 1, first?.alpha ?? 1)
    func pattern(_ value: (LowRankMatrix) -> JSONValue?) -> JSONValue {
      .object(
        JSONObject(
          names.compactMap { name in
            modules[name].flatMap(value).map { JSONObject.Member(key: name, value: $0) }
          }))
    }
    return [
      "peft_type": "LORA",
      "task_type": "CAUSAL_LM",
      "base_model_name_or_path": JSONValue(baseModel),
      "r": .integer(rank),
      "lora_alpha": Self.number(alpha),
      "target_modules": .array(names.map { .string($0) }),
      "bias": "none",
      "lora_dropout": 0.0,
      "fan_in_fan_out": false,
      "inference_mode": true,
      "modules_to_save": .null,
      "init_lora_weights": true,
      "rank_pattern": pattern {
        $0.innerDimension == rank ? nil : .integer($0.innerDimension)
      },
      "alpha_pattern": pattern { $0.alpha == alpha ? nil : Self.number($0.alpha) },
      "use_rslora": false,
      "use_dora": false,
    ]
  }

  private static func number(_ value: Double) -> JSONValue {
    Int(exactly: value).map { .integer($0) } ?? .number(value)
  }
}

extension LowRankMatrix {
  /// PEFT's alpha: the scale is alpha / r.
  fileprivate var alpha: Double { Double(scale) * Double(innerDimension) }
}
