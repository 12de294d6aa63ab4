import Checkpoints
import Failures
import Glibc
import OrderedJSON
import TestSupport
import Testing

/// What stands for a model: folders whole and partial, files, hub ids.
@Suite struct ModelFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func aPartialFolderSaysWhatItHas() throws {
    try folder.copy("models/llama/config.json", to: "config.json")
    try folder.write("{{ messages }}", to: "chat_template.jinja")
    let contents = try ModelFolder(at: folder.path)
    #expect(
      ModelFolder.Document.allCases.filter { contents.contains($0) }
        == [.configuration, .chatTemplate])
    #expect(try contents.weights() == .none)
    #expect(try contents.text(.chatTemplate) == "{{ messages }}")
    #expect(try contents.json(.configuration)?["model_type"]?.stringValue == "llama")
    #expect(try contents.json(.tokenizer) == nil)
    try expect(.model(folder.path, .missingWeights), .badData)
  }

  @Test func weightsWithoutConfiguration() throws {
    try folder.copy("models/llama/model.safetensors", to: "model.safetensors")
    try expect(.model(folder.path, .missingDocument("config.json")), .badData)
  }

  @Test(arguments: ["pytorch_model.bin", "model.pt", "consolidated.00.pth"])
  func pickledWeights(_ name: String) throws {
    try folder.copy("models/llama/config.json", to: "config.json")
    let path = try folder.write("PK", to: name)
    try expect(.model(folder.path, .pickled(file: name)), .badData)
    #expect(throws: CheckpointError.model(path, .pickled(file: path))) {
      try Checkpoint(opening: path)
    }
  }

  @Test func safetensorsBesidePickledWeights() throws {
    try folder.copy("models/llama/config.json", to: "config.json")
    try folder.copy("models/llama/model.safetensors", to: "model.safetensors")
    try folder.write("PK", to: "pytorch_model.bin")
    #expect(try Checkpoint(opening: folder.path).tensorNames.count == 21)
  }

  @Test func aFolderWithOneGGUFFile() throws {
    let path = try folder.copy("checkpoints/tiny-llama/model.gguf", to: "any.gguf")
    let checkpoint = try Checkpoint(opening: folder.path)
    #expect(checkpoint.path == path)
    #expect(checkpoint.ggufMetadata?["general.name"]?.stringValue == "tiny llama")
  }

  @Test func aFolderWithSeveralGGUFFiles() throws {
    try folder.copy("checkpoints/tiny-llama/model.gguf", to: "b.gguf")
    try folder.copy("checkpoints/tiny-llama/model.gguf", to: "a.gguf")
    try expect(.model(folder.path, .severalGGUFFiles(["a.gguf", "b.gguf"])), .badData)
  }

  @Test func anAdapterIsNoModel() throws {
    try folder.copy("adapters/plain/adapter_config.json", to: "adapter_config.json")
    try expect(.model(folder.path, .isAdapter), .badData)
  }

  @Test func aConfigurationThatIsNoObject() throws {
    try folder.copy("models/llama/model.safetensors", to: "model.safetensors")
    try folder.write("[]", to: "config.json")
    try expect(
      .model(folder.path, .unexpectedDocument("config.json", found: "an array")), .badData)
  }

  @Test func aTemplateThatIsNotUTF8() throws {
    try folder.write([0xff], to: "chat_template.jinja")
    let contents = try ModelFolder(at: folder.path)
    #expect(throws: CheckpointError.model(folder.path, .invalidUTF8("chat_template.jinja"))) {
      try contents.text(.chatTemplate)
    }
  }

  @Test func aFileOfAnotherKind() throws {
    let path = try folder.write("hello", to: "notes.txt")
    #expect(throws: CheckpointError.model(path, .unknownFile)) { try Checkpoint(opening: path) }
  }

  @Test func aFileThatOnlySaysItIsGGUF() throws {
    let path = try folder.write("hello", to: "model.gguf")
    #expect(throws: CheckpointError.gguf(path: path, .wrongMagic)) { try Checkpoint(opening: path) }
  }

  @Test func aPipe() throws {
    let path = folder.path + "/pipe"
    #expect(unsafe mkfifo(path, 0o600) == 0)
    #expect(throws: CheckpointError.file(path: path, .notRegular)) { try Checkpoint(opening: path) }
    #expect(throws: CheckpointError.file(path: path, .notRegular)) {
      try SafetensorsFile(opening: path)
    }
  }

  @Test func aFolderWhereAFileIsExpected() throws {
    #expect(throws: CheckpointError.file(path: folder.path, .isFolder)) {
      try SafetensorsFile(opening: folder.path)
    }
  }

  @Test func aFileWhereAFolderIsExpected() throws {
    let path = try folder.write("", to: "file")
    #expect(throws: CheckpointError.file(path: path, .notFolder)) { try ModelFolder(at: path) }
  }

  @Test func aFolderThatIsNotThere() throws {
    let error = #expect(throws: CheckpointError.self) { try ModelFolder(at: "/nowhere") }
    #expect(error == .file(path: "/nowhere", .missing))
    #expect(error?.kind == .inputMissing)
  }

  @Test func aPathWithANullCharacter() throws {
    let path = folder.path + "/\u{0}"
    #expect(throws: CheckpointError.file(path: path, .unusablePath)) { try ModelFolder(at: path) }
    #expect(throws: CheckpointError.file(path: path, .unusablePath)) {
      try SafetensorsFile(opening: path)
    }
  }

  private func expect(
    _ expected: CheckpointError, _ kind: FailureKind,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    #expect(throws: expected, sourceLocation: location) { try Checkpoint(opening: folder.path) }
    #expect(expected.kind == kind, sourceLocation: location)
  }
}
