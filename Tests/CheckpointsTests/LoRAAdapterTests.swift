import Checkpoints
import LinearAlgebra
import OrderedJSON
import Testing

/// Adapters against one that PEFT loads, and the changes to the weights that PEFT makes of it.
@Suite struct LoRAAdapterTests {
  @Test func changesEqualThoseOfTheReference() throws {
    let adapter = try LoRAAdapter(reading: resource("llama-lora"))
    let expected = try SafetensorsFile(opening: resource("llama-lora/deltas.safetensors")).tensors
    #expect(adapter.moduleNames.map { $0 + ".weight" } == expected.names.sorted())
    #expect(adapter.baseModel == "llama")
    for name in adapter.moduleNames {
      let module = try #require(adapter.modules[name])
      #expect(module.rank == 4 && module.scaling == 2)
      var change = Matrix(rows: module.b.rows, columns: module.a.columns)
      change.multiply(module.b, by: module.a, alpha: module.scaling)
      let reference = try expected.matrix(named: name + ".weight")
      for (value, other) in zip(change.elements, reference.elements) {
        #expect(abs(value - other) <= 1e-6)
      }
    }
  }

  @Test func theBaseModelHasItsLayers() throws {
    let adapter = try LoRAAdapter(reading: resource("llama-lora"))
    try adapter.check(against: Checkpoint(opening: resource("folders/llama")), path: "adapter")
    let qwen = try Checkpoint(opening: resource("folders/qwen2-bf16"))
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
    ) { try other.check(against: Checkpoint(opening: resource("folders/llama")), path: "adapter") }
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
      #expect(other.a.elements == module.a.elements && other.b.elements == module.b.elements)
      #expect(other.a.rows == module.a.rows && other.b.rows == module.b.rows)
      #expect(other.alpha == module.alpha && other.scaling == module.scaling)
    }
  }

  @Test func whatIsReadIsWrittenTheSame() throws {
    let folder = try TemporaryFolder()
    let original = try LoRAAdapter(reading: resource("llama-lora"))
    try original.write(to: folder.path)
    let copy = try SafetensorsFile(opening: folder.path + "/adapter_model.safetensors").tensors
    let expected = try SafetensorsFile(
      opening: resource("llama-lora/adapter_model.safetensors")
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
  ) -> LoRAAdapter.Module {
    let a = (0..<rank * inputs).map { Float($0) - 2 }
    let b = (0..<outputs * rank).map { 1 - Float($0) / 2 }
    return LoRAAdapter.Module(
      a: Matrix(rows: rank, columns: inputs, elements: a),
      b: Matrix(rows: outputs, columns: rank, elements: b), alpha: alpha)
  }
}
