import Files
import Foundation
import SystemPackage
import TestSupport
import Testing

/// Files that are read, and what is refused in their place.
@Suite struct OpenFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: URL(filePath: folder.file(name)))
    return folder.file(name)
  }

  private func fault(_ path: String, limit: Int = .max) -> FileFault? {
    do throws(FileFault) {
      _ = try OpenFile.contents(of: path, limit: limit)
      return nil
    } catch {
      return error
    }
  }

  @Test func wholeFiles() throws {
    let path = try write(String(repeating: "0123456789", count: 100_000), to: "long")
    #expect(try OpenFile.contents(of: path) == Array(Data(contentsOf: URL(filePath: path))))
    #expect(try OpenFile.contents(of: try write("", to: "empty")).isEmpty)
    // The kernel says that its files are empty.
    #expect(try OpenFile.contents(of: "/proc/self/status").starts(with: "Name:".utf8))
  }

  @Test func limits() throws {
    let path = try write("12345", to: "five")
    #expect(try OpenFile.contents(of: path, limit: 5).count == 5)
    #expect(fault(path, limit: 4) == .tooLarge(byteCount: 5, limit: 4))
  }

  @Test func whatIsNoFile() throws {
    #expect(fault(folder.file("none")) == .missing)
    #expect(fault(folder.path) == .isFolder)
    #expect(fault("/dev/null") == .notRegular)
    #expect(fault("a\0b") == .unusablePath)
    let file = try write("x", to: "x")
    #expect(fault(file + "/y") == .unreadable(.notDirectory))
    let pipe = folder.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(fault(pipe) == .notRegular)
    let pointer = try write("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", to: "p")
    #expect(fault(pointer) == .gitLFSPointer)
  }

  /// A pipe of the shell has a name in `/dev/fd`; one with a name of its own is refused as before.
  @Test func givenPipes() throws {
    let pipe = Pipe()
    pipe.fileHandleForWriting.write(Data("given".utf8))
    try pipe.fileHandleForWriting.close()
    let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
    #expect(fault(path) == .notRegular)
    #expect(try OpenFile.contents(of: path, orGivenPipe: true) == Array("given".utf8))
    let named = folder.file("pipe")
    #expect(mkfifo(named, 0o600) == 0)
    #expect(throws: FileFault.notRegular) {
      try OpenFile.contents(of: named, orGivenPipe: true)
    }
  }

  @Test func partsOfAFile() throws {
    let path = try write("0123456789", to: "digits")
    let file = try OpenFile(reading: path)
    #expect(file.byteCount == 10)
    var bytes = [UInt8](repeating: 0, count: 3)
    let isFilled = try bytes.withUnsafeMutableBytes { try file.fill($0, at: 4) }
    #expect(isFilled && bytes == Array("456".utf8))
    let isEnd = try bytes.withUnsafeMutableBytes { try file.fill($0, at: 8) }
    #expect(!isEnd)
    #expect(try file.read(upTo: 2) == Array("01".utf8))
    #expect(try file.read(upTo: 100) == Array("23456789".utf8))
    #expect(try file.read(upTo: 100).isEmpty)
  }

  /// What `strerror` says of it, with a small first letter.
  @Test func reasons() {
    #expect(Errno.noSpace.reason == "no space left on device")
    #expect(Errno.ioError.reason == "input/output error")
    #expect(Errno.ioError.isMediumFailure && !Errno.permissionDenied.isMediumFailure)
  }
}
