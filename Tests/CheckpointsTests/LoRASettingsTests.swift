import Checkpoints
import LinearAlgebra
import OrderedJSON
import TestSupport
import Testing

/// Settings and tensors of adapters: what is supported, and the refusal of what is not.
@Suite struct LoRASettingsTests {
  private let folder: TemporaryFolder
  private static let query = "model.layers.0.self_attn.q_proj"

  init() throws {
    folder = try TemporaryFolder()
    try writePair(rank: 4)
  }

  @Test(arguments: [
    (#""lora_alpha":8"#, 2), (#""lora_alpha":8,"use_rslora":true"#, 4), ("", 2),
    (#""lora_alpha":8,"alpha_pattern":{"q_proj":1}"#, 0.25),
    (#""lora_alpha":8,"alpha_pattern":{"self_attn\\.q_proj":1}"#, 0.25),
    (#""lora_alpha":8,"alpha_pattern":{"k_proj":1,"proj":2}"#, 2),
    (#""lora_alpha":8,"alpha_pattern":{"model.layers.0.self_attn.q_proj":6,"q_proj":1}"#, 1.5),
    (#""rank_pattern":{"q_proj":4},"r":16,"lora_alpha":16"#, 4),
  ])
  func theScaleOfAModule(_ settings: String, _ scaling: Float) throws {
    try writeSettings(settings)
    #expect(try LoRAAdapter(reading: folder.path).modules[Self.query]?.scale == scaling)
  }

  @Test(arguments: [
    #""target_modules":["model.layers.0.self_attn.q_proj"]"#, #""target_modules":"all-linear""#,
    #""target_modules":".*q_proj""#,
    #""bias":"all","exclude_modules":["k_proj"]"#, #""layers_to_transform":[0,3]"#,
    #""layers_to_transform":0"#,
    #""bias":null,"modules_to_save":[],"init_lora_weights":"gaussian","unheard_of":1"#,
  ])
  func settingsThatChangeNothing(_ settings: String) throws {
    try writeSettings(settings)
    #expect(try LoRAAdapter(reading: folder.path).moduleNames == [Self.query])
  }

  @Test(arguments: [
    ("peft_type", #""IA3""#), ("bias", #""some""#), ("use_dora", "true"),
    ("lora_bias", "true"), ("use_qalora", "true"), ("layer_replication", "[[0,1]]"),
    ("trainable_token_indices", "[1]"), ("trainable_token_indices", "[]"),
    ("target_parameters", #"["w"]"#), ("alora_invocation_tokens", "[1]"),
    ("kasa_config", "{}"), ("velora_config", "{}"), ("use_bdlora", "{}"),
    ("layers_pattern", #""h""#), ("megatron_config", #"{"a":1}"#), ("arrow_config", #"{"a":1}"#),
    ("init_lora_weights", #""pissa""#), ("init_lora_weights", #""olora""#),
  ])
  func settingsThatWouldChangeTheResult(_ key: String, _ value: String) throws {
    let path = try writeSettings("\"\(key)\":\(value)")
    try expect(path, .unsupportedSetting(key: key, value: value))
  }

  @Test(arguments: [
    #"(?i)q_proj"#, #"(?<!k)_proj"#, #"[[:alpha:]]_proj"#, #"\\hproj"#, #"(?P<a>q)_proj"#, "(q",
    "q]",
    #"q\\"#, "a+&b",
  ])
  func expressionsThatOthersTakeInAnotherWay(_ pattern: String) throws {
    for key in ["alpha_pattern", "rank_pattern"] {
      let path = try writeSettings("\"\(key)\":{\"\(pattern)\":1}")
      let expression = pattern.replacing("\\\\", with: "\\")
      try expect(path, .unsupportedPattern(key: key, pattern: expression))
    }
  }

  @Test(arguments: [
    (#""exclude_modules":["self_attn.q_proj"]"#, "exclude_modules"),
    (#""exclude_modules":".*q_proj""#, "exclude_modules"),
    (#""modules_to_save":["self_attn"]"#, "modules_to_save"),
    (#""target_modules":"q_proj""#, "target_modules"),
    (#""layers_to_transform":[1]"#, "layers_to_transform"),
    (#""layers_to_transform":[0],"layers_pattern":"h""#, "layers_pattern"),
  ])
  func aModuleThatASettingLeavesOut(_ settings: String, _ key: String) throws {
    try expect(try writeSettings(settings), .moduleNotTargeted(Self.query, key: key))
  }

  @Test(arguments: [
    (
      #""alpha_pattern":{"k_proj":1}"#,
      ["'alpha_pattern': 'k_proj' is for no module of the adapter"]
    ),
    (
      #""rank_pattern":{"layers\\.7\\..*":1}"#,
      [
        #"'rank_pattern': 'layers\.7\..*' is for no module of the adapter"#
      ]
    ),
    (
      #""fan_in_fan_out":true"#,
      [
        "'fan_in_fan_out' is passed over, as all layers are linear layers"
      ]
    ),
    (#""unheard_of":1"#, ["'unheard_of' is no setting of LoRA that is known and is passed over"]),
    (#""alpha_pattern":{"q_proj":1},"lora_dropout":0.1"#, []),
  ])
  func whatIsPassedOverIsSaid(_ settings: String, _ notes: [String]) throws {
    try writeSettings(settings)
    #expect(try LoRAAdapter(reading: folder.path).notes == notes)
  }

  @Test(arguments: [
    ("peft_type", "null", "a string"), ("r", #""4""#, "a positive integer"),
    ("r", "0", "a positive integer"), ("lora_alpha", "[]", "a number"),
    ("use_rslora", "1", "a boolean"), ("rank_pattern", "[]", "an object"),
    ("target_modules", "null", "a string or a list of strings"),
    ("target_modules", "[1]", "a string or a list of strings"),
    ("layers_to_transform", #"["a"]"#, "a list of integers"),
  ])
  func malformedSettings(_ key: String, _ value: String, _ expected: String) throws {
    let path = try writeSettings("\"\(key)\":\(value)")
    try expect(path, .malformedSetting(key: key, expected: expected))
  }

  @Test(arguments: ["1e300", "\"a\""])
  func malformedPatterns(_ value: String) throws {
    let path = try writeSettings("\"rank_pattern\":{\"q_proj\":\(value)}")
    try expect(path, .malformedSetting(key: "rank_pattern.q_proj", expected: "a number"))
  }

  @Test func aModuleThatIsNotTargeted() throws {
    var path = try writeSettings(#""target_modules":["k_proj","j.q_proj"]"#)
    try expect(path, .moduleNotTargeted(Self.query, key: "target_modules"))
    path = try writeSettings(#""layers_to_transform":[1]"#)
    try expect(path, .moduleNotTargeted(Self.query, key: "layers_to_transform"))
  }

  @Test func aRankThatIsNotThatOfTheTensors() throws {
    var path = try writeSettings(#""r":8"#)
    try expect(path, .wrongRank(module: Self.query, settings: 8, tensors: 4))
    path = try writeSettings(#""rank_pattern":{"q_proj":2}"#)
    try expect(path, .wrongRank(module: Self.query, settings: 2, tensors: 4))
  }

  // MARK: Tensors

  @Test func keysAsTheyAreInMemory() throws {
    try writeSettings("")
    let prefix = "base_model.model.\(Self.query)"
    try writeTensors([
      ("\(prefix).lora_A.default.weight", [4, 2]), ("\(prefix).lora_B.default.weight", [3, 4]),
    ])
    #expect(try LoRAAdapter(reading: folder.path).moduleNames == [Self.query])
  }

  @Test(arguments: [
    "model.layers.0.self_attn.q_proj.lora_A.weight",
    "base_model.model.model.embed_tokens.lora_embedding_A",
    "base_model.model.m.lora_magnitude_vector",
    "base_model.model.model.embed_tokens.token_adapter.trainable_tokens_delta",
    "base_model.model.m.lora_B.bias", "base_model.model..lora_A.weight",
  ])
  func aTensorThatIsPartOfNoPair(_ name: String) throws {
    try writeSettings("")
    let path = try writeTensors([(name, [4, 2])])
    try expect(path, .unexpectedTensor(name))
  }

  @Test(arguments: [("lora_A", "lora_B"), ("lora_B", "lora_A")])
  func aPairOfWhichOneIsMissing(_ present: String, _ missing: String) throws {
    try writeSettings("")
    let path = try writeTensors([("base_model.model.m.\(present).weight", [4, 4])])
    try expect(path, .missingTensor("base_model.model.m.\(missing).weight"))
  }

  @Test func shapesThatDoNotFit() throws {
    try writeSettings("")
    let (a, b) = ("base_model.model.m.lora_A.weight", "base_model.model.m.lora_B.weight")
    var path = try writeTensors([(a, [4, 2]), (b, [3, 5])])
    try expect(path, .wrongShape(tensor: b, shape: [3, 5], expected: "[outputs, 4]"))
    path = try writeTensors([(a, [4]), (b, [3, 4])])
    try expect(path, .wrongShape(tensor: a, shape: [4], expected: "[rank, inputs]"))
    path = try writeTensors([(a, [0, 2]), (b, [3, 0])])
    try expect(path, .wrongShape(tensor: a, shape: [0, 2], expected: "[rank, inputs]"))
  }

  @Test func twoPairsOfOneModule() throws {
    try writeSettings("")
    let prefix = "base_model.model.m"
    let path = try writeTensors([
      ("\(prefix).lora_A.default.weight", [4, 2]), ("\(prefix).lora_B.default.weight", [3, 4]),
      ("\(prefix).lora_A.weight", [4, 2]), ("\(prefix).lora_B.weight", [3, 4]),
    ])
    try expect(path, .duplicateModule("m"))
  }

  @Test func noTensors() throws {
    try writeSettings("")
    try expect(try writeTensors([]), .empty)
  }

  // MARK: Files

  @Test func filesThatAreNotThere() throws {
    let empty = try TemporaryFolder()
    #expect(
      throws: CheckpointError.file(path: empty.path + "/adapter_config.json", .missing)
    ) { try LoRAAdapter(reading: empty.path) }
    try empty.copy("adapters/plain/adapter_config.json", to: "adapter_config.json")
    #expect(
      throws: CheckpointError.file(path: empty.path + "/adapter_model.safetensors", .missing)
    ) { try LoRAAdapter(reading: empty.path) }
    try empty.write("PK", to: "adapter_model.bin")
    #expect(throws: CheckpointError.model(empty.path, .pickled(file: "adapter_model.bin"))) {
      try LoRAAdapter(reading: empty.path)
    }
  }

  private func expect(
    _ path: String, _ fault: AdapterFault, at location: SourceLocation = #_sourceLocation
  ) throws {
    #expect(throws: CheckpointError.adapter(path: path, fault), sourceLocation: location) {
      try LoRAAdapter(reading: folder.path)
    }
  }

  /// Settings of rank 4 for queries and one other module, with these in place of some.
  @discardableResult
  private func writeSettings(_ settings: String) throws -> String {
    var json: JSONValue = [
      "peft_type": "LORA", "r": 4, "target_modules": ["q_proj", "m"],
    ]
    if case .object(var object) = json {
      let others = try JSONValue(parsing: "{\(settings)}").objectValue?.members ?? []
      for member in others { object[member.key] = member.value }
      json = .object(object)
    }
    return try folder.write(json.text(), to: "adapter_config.json")
  }

  private func writePair(rank: Int) throws {
    try writeTensors([
      ("base_model.model.\(Self.query).lora_A.weight", [rank, 2]),
      ("base_model.model.\(Self.query).lora_B.weight", [3, rank]),
    ])
  }

  @discardableResult
  private func writeTensors(_ tensors: [(name: String, shape: [Int])]) throws -> String {
    let path = folder.path + "/adapter_model.safetensors"
    let descriptors = tensors.map {
      TensorDescriptor(name: $0.name, shape: $0.shape, elementType: .f32)
    }
    let writer = try SafetensorsWriter(creating: path, tensors: descriptors)
    for tensor in descriptors {
      try writer.write(Matrix(rows: tensor.rows, columns: tensor.columns), to: tensor.name)
    }
    try writer.finish()
    return path
  }
}
