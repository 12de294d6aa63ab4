import Checkpoints
import LinearAlgebra
import OrderedJSON
import TestSupport
import Testing

/// Adapters against one that PEFT loads, and the changes to the weights that PEFT makes of it.
@Suite struct LoRAAdapterTests {
  @Test func changesEqualThoseOfTheReference() throws {
    let adapter = try LoRAAdapter(reading: Fixtures.path("adapters/plain"))
    let expected = try SafetensorsFile(opening: Fixtures.path("adapters/plain/deltas.safetensors"))
      .tensors
    #expect(adapter.moduleNames.map { $0 + ".weight" } == expected.names.sorted())
    #expect(adapter.baseModel == "llama")
    for name in adapter.moduleNames {
      let module = try #require(adapter.modules[name])
      #expect(module.innerDimension == 4 && module.scale == 2)
      var change = Matrix(rows: module.left.rows, columns: module.right.columns)
      change.multiply(module.left, by: module.right, alpha: module.scale)
      let reference = try expected.matrix(named: name + ".weight")
      for (value, other) in try pairs(change.elements, reference.elements) {
        #expect(abs(value - other) <= 1e-6)
      }
    }
  }

  @Test func theBaseModelHasItsLayers() throws {
    let adapter = try LoRAAdapter(reading: Fixtures.path("adapters/plain"))
    try adapter.check(against: Checkpoint(opening: Fixtures.path("models/llama")), path: "adapter")
    let qwen = try Checkpoint(opening: Fixtures.path("models/qwen2-bf16"))
    #expect(
      throws: CheckpointError.adapter(
        path: "adapter",
        .wrongShape(
          tensor: "model.layers.0.self_attn.k_proj", shape: [16, 48], expected: "[24, 48]"))
    ) { try adapter.check(against: qwen, path: "adapter") }
    let other = LoRAAdapter(
      modules: ["model.layers.2.mlp.up_proj": module(rank: 1, alpha: 1, outputs: 80, inputs: 48)],
      baseModel: nil)
    #expect(
      throws: CheckpointError.adapter(
        path: "adapter", .moduleNotInBase("model.layers.2.mlp.up_proj"))
    ) {
      try other.check(against: Checkpoint(opening: Fixtures.path("models/llama")), path: "adapter")
    }
  }

  @Test(arguments: [(ElementType.f16, 65520), (.bf16, 0x1.FFp127)] as [(ElementType, Float)])
  func aValueBeyondTheTypeIsNamed(_ type: ElementType, _ limit: Float) throws {
    let folder = try TemporaryFolder()
    func write(_ value: Float) throws {
      let a = Matrix(rows: 1, columns: 2, elements: [1, value])
      let module = LowRankMatrix(left: Matrix(rows: 1, columns: 1, elements: [1]), right: a)
      try LoRAAdapter(modules: ["m": module], baseModel: nil).write(
        to: folder.path, elementType: type)
    }
    try write(limit.nextDown)
    let read = try LoRAAdapter(reading: folder.path).modules["m"]
    #expect(read?.right.firstNonFinite == nil)
    for value in [limit, -limit, .infinity, .nan] {
      #expect(
        throws: CheckpointError.adapter(
          path: folder.path + "/adapter_model.safetensors",
          .valueOverflows(
            tensor: "base_model.model.m.lora_A.weight", row: 0, column: 1, elementType: type))
      ) { try write(value) }
    }
  }

  @Test func wholeTensorsHaveToBeThoseOfTheBase() throws {
    let folder = try TemporaryFolder()
    let base = try Checkpoint(opening: Fixtures.path("models/llama"))
    try folder.copy("adapters/plain/adapter_config.json", to: "adapter_config.json")
    let pairs = try SafetensorsFile(
      opening: Fixtures.path("adapters/plain/adapter_model.safetensors")
    ).tensors
    func check(_ key: String, _ baseName: String, adding: Float) throws {
      let descriptors = pairs.names.compactMap { pairs[$0]?.descriptor }
      let shape = try #require(base.descriptor(of: baseName)).shape
      let whole = TensorDescriptor(name: key, shape: shape, elementType: .f32)
      let writer = try SafetensorsWriter(
        creating: folder.path + "/adapter_model.safetensors", tensors: descriptors + [whole])
      for name in pairs.names { try writer.write(pairs.matrix(named: name), to: name) }
      var values = try base.matrix(named: baseName)
      values[0, 0] += adding
      try writer.write(values, to: key)
      try writer.finish()
      try LoRAAdapter(reading: folder.path).check(against: base, path: "adapter")
    }
    for (key, baseName) in [
      ("base_model.model.lm_head.weight", "lm_head.weight"),
      ("base_model.model.lm_head.modules_to_save.weight", "lm_head.weight"),
      ("base_model.model.lm_head.modules_to_save.default.weight", "lm_head.weight"),
      ("base_model.model.model.embed_tokens.weight", "model.embed_tokens.weight"),
      ("base_model.model.model.embed_tokens.base_layer.weight", "model.embed_tokens.weight"),
      ("base_model.model.model.norm.weight", "model.norm.weight"),
    ] {
      try check(key, baseName, adding: 0)
      #expect(throws: CheckpointError.adapter(path: "adapter", .trainedTensor(key))) {
        try check(key, baseName, adding: 1)
      }
    }
    let unknown = "base_model.model.score.weight"
    #expect(throws: CheckpointError.adapter(path: "adapter", .unexpectedTensor(unknown))) {
      try check(unknown, "lm_head.weight", adding: 0)
    }
  }

  @Test func aChangeOfTheHeadIsNotLeftOut() throws {
    let base = try Checkpoint(opening: Fixtures.path("models/llama"))
    let shape = try #require(base.descriptor(of: "lm_head.weight")).shape
    let adapter = LoRAAdapter(
      modules: ["lm_head": module(rank: 1, alpha: 1, outputs: shape[0], inputs: shape[1])],
      baseModel: nil)
    #expect(throws: CheckpointError.adapter(path: "adapter", .moduleNotLinear("lm_head"))) {
      try adapter.check(
        against: base, modules: ["model.layers.0.self_attn.q_proj"], path: "adapter")
    }
  }

  @Test(arguments: [ElementType.f32, .f16, .bf16])
  func whatIsWrittenIsReadBack(_ type: ElementType) throws {
    let folder = try TemporaryFolder()
    // Ranks and scales of their own, and numbers that all three types hold.
    let modules = [
      "model.layers.0.self_attn.q_proj": module(rank: 2, alpha: 4, outputs: 3, inputs: 5),
      "model.layers.1.mlp.down_proj": module(rank: 1, alpha: 1, outputs: 4, inputs: 2),
      "model.layers.2.mlp.down_proj": module(rank: 2, alpha: 0.5, outputs: 1, inputs: 1),
    ]
    try LoRAAdapter(modules: modules, baseModel: "org/name").write(
      to: folder.path, elementType: type)
    let read = try LoRAAdapter(reading: folder.path)
    #expect(read.moduleNames == modules.keys.sorted())
    #expect(read.baseModel == "org/name")
    for (name, module) in modules {
      let other = try #require(read.modules[name])
      #expect(other.left.elements == module.left.elements)
      #expect(other.right.elements == module.right.elements)
      #expect(other.left.rows == module.left.rows && other.right.rows == module.right.rows)
      #expect(other.scale == module.scale)
    }
  }

  @Test func whatIsReadIsWrittenTheSame() throws {
    let folder = try TemporaryFolder()
    let original = try LoRAAdapter(reading: Fixtures.path("adapters/plain"))
    try original.write(to: folder.path)
    let copy = try SafetensorsFile(opening: folder.path + "/adapter_model.safetensors").tensors
    let expected = try SafetensorsFile(
      opening: Fixtures.path("adapters/plain/adapter_model.safetensors")
    ).tensors
    #expect(copy.names.sorted() == expected.names.sorted())
    for name in expected.names {
      #expect(bits(try copy.matrix(named: name)) == bits(try expected.matrix(named: name)))
    }
  }

  @Test func theConfigurationIsComplete() throws {
    let folder = try TemporaryFolder()
    let modules = ["m": module(rank: 2, alpha: 2, outputs: 3, inputs: 5)]
    try LoRAAdapter(modules: modules, baseModel: "b").write(to: folder.path)
    let text = try contents(of: folder.path + "/adapter_config.json")
    #expect(
      try JSONValue(parsing: text).text()
        == #"{"peft_type":"LORA","task_type":"CAUSAL_LM","base_model_name_or_path":"b","r":2,"#
        + #""lora_alpha":2,"target_modules":["m"],"bias":"none","lora_dropout":0.0,"#
        + #""fan_in_fan_out":false,"inference_mode":true,"modules_to_save":null,"#
        + #""init_lora_weights":true,"rank_pattern":{},"alpha_pattern":{},"use_rslora":false,"#
        + #""use_dora":false}"#)
  }

  private func module(
    rank: Int, alpha: Double, outputs: Int, inputs: Int
  ) -> LowRankMatrix {
    let a = (0..<rank * inputs).map { Float($0) - 2 }
    let b = (0..<outputs * rank).map { 1 - Float($0) / 2 }
    return LowRankMatrix(
      left: Matrix(rows: outputs, columns: rank, elements: b),
      right: Matrix(rows: rank, columns: inputs, elements: a), scale: Float(alpha / Double(rank)))
  }
}
