import Files
import Foundation
import SystemPackage
import TestSupport
import Testing

/// Files that are written, and names that they get.
@Suite struct NewFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: folder.file(name), encoding: .utf8)
  }

  private var names: [String] { (try? Folder.names(in: folder.path)) ?? [] }

  @Test func wholeFilesReplaceWhatIsThere() throws {
    try NewFile.write("longer than the next".utf8, to: folder.file("a"))
    try NewFile.write("short".utf8, to: folder.file("a"))
    #expect(try text("a") == "short")
    #expect(throws: Errno.noSpace) { try NewFile.write("x".utf8, to: "/dev/full") }
    #expect(throws: Errno.noSuchFileOrDirectory) {
      try NewFile.write("x".utf8, to: folder.file("none/a"))
    }
    #expect(throws: Errno.fileExists) {
      _ = try NewFile(creating: folder.file("a"), overwriting: false)
    }
  }

  @Test func bytesAtPositions() throws {
    let file = try NewFile(creating: folder.file("a"))
    try file.write(Array("cd".utf8).span.bytes, at: 2)
    try file.write(Array("ab".utf8).span.bytes, at: 0)
    try file.synchronize()
    try file.close()
    #expect(try text("a") == "abcd")
  }

  @Test func replacementsHaveTheirNameOnlyWhenTheyAreWhole() throws {
    try NewFile.write("old".utf8, to: folder.file("a"))
    do {
      let file = try ReplacementFile(replacing: folder.file("a"))
      try file.write(Array("new".utf8).span.bytes, at: 0)
      #expect(try text("a") == "old")
      #expect(names == ["a", "a.\(getpid()).partial"])
    }
    #expect(names == ["a"])
    try ReplacementFile.write(Array("new".utf8), to: folder.file("a"))
    #expect(try text("a") == "new")
    #expect(names == ["a"])
  }

  @Test func namesOfFilesAndFolders() throws {
    try NewFile.write("a".utf8, to: folder.file("a"))
    try NewFile.write("b".utf8, to: folder.file("b"))
    #expect(throws: Errno.fileExists) {
      try FileNames.link(folder.file("a"), as: folder.file("b"))
    }
    try FileNames.link(folder.file("a"), as: folder.file("c"))
    #expect(FileEntry(at: folder.file("a")) == FileEntry(at: folder.file("c")))
    #expect(FileEntry(at: folder.file("a")) != FileEntry(at: folder.file("b")))
    try FileNames.exchange(folder.file("a"), with: folder.file("b"))
    #expect(try text("a") == "b" && text("b") == "a")
    try FileNames.rename(folder.file("c"), to: folder.file("a"))
    #expect(try text("a") == "a")
    try Folder.create(folder.file("d"))
    try FileNames.synchronize(folder.file("d"))
    try NewFile.write("e".utf8, to: folder.file("d/e"))
    #expect(Folder.paths(below: folder.path).sorted() == ["a", "b", "d", "d/e"])
    Folder.removeTree(folder.file("d"))
    #expect(names == ["a", "b"])
    #expect(throws: FileFault.notFolder) { try Folder.names(in: folder.file("a")) }
    #expect(throws: FileFault.missing) { try Folder.names(in: folder.file("d")) }
  }

  @Test(arguments: [
    ("/a/b", "/a", true), ("/a", "/a", false), ("/ab", "/a", false), ("/a", "/", true),
    ("/a/b/c", "/a/b", true), ("/a", "/a/b", false),
  ])
  func pathsInside(path: String, folder: String, isInside: Bool) {
    #expect(isPath(path, inside: folder) == isInside)
  }
}
