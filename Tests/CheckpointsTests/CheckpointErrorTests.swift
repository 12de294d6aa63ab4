import Checkpoints
import Files
import SystemPackage
import Testing

/// Messages: one line that names the file, the place and the value.
@Suite struct CheckpointErrorTests {
  @Test(arguments: [
    (
      CheckpointError.file(path: "a/b", .cannotCreate(.permissionDenied)),
      "a/b: cannot be created: permission denied"
    ),
    (
      .safetensors(
        path: "m", .sizeMismatch(tensor: "t", byteCount: 4, shape: [2], elementType: .f32)),
      "m: tensor 't': 4 bytes for shape [2] of F32"
    ),
    (
      .gguf(path: "m", .misaligned(tensor: "t", offset: 4, alignment: 32)),
      "m: tensor 't' starts at byte 4 of the data, no multiple of 32"
    ),
    (
      .adapter(path: "m", .unsupportedSetting(key: "use_dora", value: "true")),
      "m: 'use_dora' true is not supported"
    ),
    (
      .tensor(path: "m", name: "t", .unsupportedType(.iq2_xxs)),
      "m: tensor 't' is stored as IQ2_XXS, which is not supported"
    ),
  ])
  func theMessageOf(_ error: CheckpointError, _ message: String) {
    #expect(error.description == message)
  }

  @Test func namesFromFilesStayOnOneLineAndShort() {
    let name = "a\nb\u{1b}[2J" + String(repeating: "x", count: 1000)
    let message = CheckpointError.tensor(path: "m", name: name, .missing).description
    #expect(message.hasPrefix(#"m: tensor 'a\nb\u{1B}[2Jxxx"#))
    #expect(message.hasSuffix("...' is not in the file"))
    #expect(message.utf8.count < 200)
  }

  @Test func exitCodes() {
    #expect(CheckpointError.file(path: "m", .missing).kind.rawValue == 66)
    #expect(CheckpointError.file(path: "m", .writeFailed(.noSpace)).kind.rawValue == 74)
    #expect(CheckpointError.file(path: "m", .cannotCreate(.noSpace)).kind.rawValue == 73)
    #expect(CheckpointError.gguf(path: "m", .wrongMagic).kind.rawValue == 65)
  }
}
