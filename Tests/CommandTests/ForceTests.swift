import Foundation
import TestSupport
import Testing

private let probe = Executable(name: "staged-output-probe")
private let log = #"{"format": "suture-x", "tool_version": "1", "command_line": "x"}"#

/// `--force` replaces what the toolkit wrote, and nothing else.
@Suite struct ForceTests {
  let scratch: TemporaryFolder

  init() throws { scratch = try TemporaryFolder() }

  private func force(_ name: String, _ flags: [String] = []) throws -> Executable.Outcome {
    try probe.run(["--output", scratch.file(name), "--force", "--quiet"] + flags)
  }

  @Test(arguments: [
    "", "my notes", "{\"model\": 1}", "a,b\n1,2\n", "PK\u{3}\u{4}an archive",
    "\u{89}HDF\r\n\u{1a}\n",
    "{\"format\": \"pt\"}",
  ])
  func filesOfOthersAreKept(_ content: String) throws {
    try scratch.write(content, to: "out")
    let outcome = try force("out")
    #expect(outcome.status == 73)
    #expect(
      outcome.standardError
        == "error: \(scratch.file("out")): --force does not replace it: it is no output of this toolkit\n"
    )
    #expect(try scratch.text("out") == content)
  }

  @Test(arguments: [
    "{\n  \"format\": \"suture-spectra\"",
    "{\"$schema\":\"x\",\"usermeta\":{\"format\":\"suture-plot\"}}",
    "example,example_index,module,layer,projection,component\n", "table,module,value\n",
    "PK\u{3}\u{4}...suture-export",
  ])
  func filesOfOursAreReplaced(_ content: String) throws {
    try scratch.write(content, to: "out")
    #expect(try force("out").status == 0)
    #expect(try scratch.text("out").contains("suture-probe"))
  }

  @Test(arguments: [
    (["thesis.tex"], "holds thesis.tex"), (["scores.json", "notes.md"], "holds notes.md"),
    (["model.safetensors", "config.json"], "holds no log"),
    (["adapter_config.json", "adapter_model.safetensors"], "holds no log"),
    (["scores.json", "step-2/mine"], "holds step-2/mine"),
    (["scores.json", "step-2/deep/mine"], "holds step-2/deep"),
    (["scores.json", "additional_chat_templates/mine"], "holds additional_chat_templates/mine"),
    (["scores.json", "other/mine"], "holds other"),
    (["scores.json", ".git/config"], "holds .git"),
  ])
  func foldersWithOtherFilesAreKept(_ names: [String], _ reason: String) throws {
    for name in names {
      let folders = name.split(separator: "/").dropLast().joined(separator: "/")
      _ = try scratch.makeFolder(folders.isEmpty ? "out" : "out/" + folders)
      try scratch.write(log, to: "out/" + name)
    }
    let outcome = try force("out", ["--folder"])
    #expect(outcome.status == 73)
    #expect(outcome.standardError.contains(": --force does not replace it: it \(reason)"))
    for name in names { #expect(try scratch.text("out/" + name) == log) }
  }

  @Test func logOfSomebodyElseDoesNotCount() throws {
    _ = try scratch.makeFolder("out")
    try scratch.write("{}", to: "out/training.json")
    #expect(try force("out", ["--folder"]).standardError.contains("holds no log"))
  }

  @Test func emptyFolderIsReplaced() throws {
    _ = try scratch.makeFolder("out")
    #expect(try force("out", ["--folder"]).status == 0)
  }

  /// Files of an input folder, reached by their path, a symbolic link or a hard link.
  @Test func filesOfAnInputFolderAreKept() throws {
    _ = try scratch.makeFolder("model")
    try scratch.write(log, to: "model/a.json")
    try scratch.write(log, to: "elsewhere")
    try FileManager.default.linkItem(
      atPath: scratch.file("model/a.json"), toPath: scratch.file("hard"))
    try FileManager.default.createSymbolicLink(
      atPath: scratch.file("soft"), withDestinationPath: "model/a.json")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.file("model/b"), withDestinationPath: "../elsewhere")
    for name in ["model/a.json", "hard", "soft", "elsewhere"] {
      let outcome = try force(name, ["--input", scratch.file("model")])
      #expect(outcome.status == 73)
      #expect(outcome.standardError.contains("is a file of the input"))
      #expect(try scratch.text(name) == log)
    }
  }

  @Test func folderThatAnInputLinksIntoIsKept() throws {
    _ = try scratch.makeFolder("out")
    _ = try scratch.makeFolder("model")
    try scratch.write(log, to: "out/scores.json")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.file("model/weights"), withDestinationPath: "../out/scores.json")
    let outcome = try force("out", ["--folder", "--input", scratch.file("model")])
    #expect(outcome.standardError.contains("holds a file of the input"))
  }

  /// Whatever a flag names is an input, whether or not a command lists it.
  @Test func whatTheCommandLineNamesIsAnInput() throws {
    try scratch.write(log, to: "out")
    for flag in [["--map", scratch.file("out")], ["--map=" + scratch.file("out")]] {
      #expect(try force("out", flag).standardError.contains("is an input"))
    }
  }
}

/// What killed processes leave.
@Suite struct LeftoverTests {
  let scratch: TemporaryFolder

  init() throws { scratch = try TemporaryFolder() }

  /// Above the largest number that Linux gives to a process.
  private let gone = 4_194_305

  @Test func unfinishedOutputOfAProcessThatIsGoneIsRemoved() throws {
    try scratch.write("x", to: ".out.partial-\(gone)")
    _ = try scratch.makeFolder(".out.partial-\(gone)-2")
    try scratch.write("x", to: ".out.partial-\(gone)-2/y")
    for other in [
      ".other.partial-\(gone)", ".out.partial-x", ".out.partial-", ".out.partial-1-2-3",
    ] {
      try scratch.write("x", to: other)
    }
    #expect(try probe.run(["--output", scratch.file("out"), "--quiet"]).status == 0)
    #expect(
      try scratch.contents() == [
        ".other.partial-\(gone)", ".out.partial-", ".out.partial-1-2-3", ".out.partial-x", "out",
      ])
  }

  @Test func unfinishedOutputOfALiveProcessIsKept() throws {
    try scratch.write("x", to: ".out.partial-\(getpid())")
    #expect(try probe.run(["--output", scratch.file("out"), "--quiet"]).status == 0)
    #expect(try scratch.contents() == [".out.partial-\(getpid())", "out"])
  }

  /// A process that began after the leftover was last changed cannot have written it.
  @Test func numberThatWasGivenAgain() throws {
    try scratch.write("x", to: ".out.partial-\(getpid())")
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_000_000)],
      ofItemAtPath: scratch.file(".out.partial-\(getpid())"))
    #expect(try probe.run(["--output", scratch.file("out"), "--quiet"]).status == 0)
    #expect(try scratch.contents() == ["out"])
  }

  @Test func oldOutputWithoutSuccessorComesBack() throws {
    _ = try scratch.makeFolder(".out.replaced-\(gone)")
    try scratch.write("old", to: ".out.replaced-\(gone)/scores.json")
    #expect(try probe.run(["--output", scratch.file("out"), "--quiet", "--folder"]).status == 73)
    #expect(try scratch.contents() == ["out"])
    #expect(try scratch.text("out/scores.json") == "old")
  }

  @Test func oldOutputWithSuccessorGoes() throws {
    _ = try scratch.makeFolder(".out.replaced-\(gone)")
    try scratch.write("new", to: "out")
    #expect(try probe.run(["--output", scratch.file("out"), "--quiet"]).status == 73)
    #expect(try scratch.contents() == ["out"])
    #expect(try scratch.text("out") == "new")
  }
}
