import Failures
import Foundation
import HDF5
import TestSupport
import Testing

/// One test for each way in which a file can be wrong.
@Suite struct MalformedFileTests {
  let path = Fixtures.path("hdf5/malformed.h5")
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func error(_ body: (StoredGroup) throws -> Void) throws -> HDF5Error? {
    let file = try StoredFile(opening: path)
    return hdf5Error { try body(file.root) }
  }

  @Test func noSuchFile() {
    let path = folder.file("none.h5")
    let error = hdf5Error { _ = try StoredFile(opening: path) }
    #expect(error == .fileMissing(path: path))
    #expect(error?.kind == .inputMissing)
    #expect(
      hdf5Error { _ = try StoredFile(opening: path + "/x") } == .fileMissing(path: path + "/x"))
  }

  @Test func folderOrPipe() {
    #expect(hdf5Error { _ = try StoredFile(opening: "/tmp") } == .notRegularFile(path: "/tmp"))
    let pipe = folder.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(hdf5Error { _ = try StoredFile(opening: pipe) } == .notRegularFile(path: pipe))
  }

  @Test(arguments: ["", "{}", "\u{89}HDF", String(repeating: "x", count: 5000)])
  func anotherFormat(content: String) throws {
    let path = folder.file("other")
    try Data(content.utf8).write(to: URL(filePath: path))
    let error = hdf5Error { _ = try StoredFile(opening: path) }
    #expect(error == .notHDF5(path: path))
    #expect(error?.kind == .badData)
  }

  @Test func truncated() throws {
    let path = folder.file("short.h5")
    let whole = try Data(contentsOf: URL(filePath: self.path))
    try whole.prefix(whole.count / 2).write(to: URL(filePath: path))
    #expect(
      hdf5Error { _ = try StoredFile(opening: path) }
        == .truncated(path: path, expected: whole.count, found: whole.count / 2))
  }

  @Test func missingObject() throws {
    let expected = HDF5Error.objectMissing(path: "\(path):/nothing/here")
    #expect(try error { _ = try $0.dataset("nothing/here") } == expected)
    #expect(
      try error { _ = try $0.group("nothing") } == .objectMissing(path: "\(path):/nothing"))
  }

  @Test func groupForDatasetAndViceVersa() throws {
    #expect(
      try error { _ = try $0.dataset("folder") }
        == .unexpectedType(
          path: "\(path):/folder", expected: "a dataset", found: "another kind of object"))
    #expect(
      try error { _ = try $0.group("numbers") }
        == .unexpectedType(
          path: "\(path):/numbers", expected: "a group", found: "another kind of object"))
  }

  @Test func linksThatLeadNowhere() throws {
    #expect(
      try error { _ = try $0.dataset("dangling") }
        == .unreachable(path: "\(path):/dangling", reason: "a link on the way leads nowhere"))
    #expect(
      try error { _ = try $0.dataset("loop") }
        == .unreachable(path: "\(path):/loop", reason: "its links lead in a circle"))
  }

  @Test func linkIntoAnotherFileIsNotFollowed() throws {
    #expect(
      try error { _ = try $0.dataset("elsewhere") }
        == .unreachable(
          path: "\(path):/elsewhere", reason: "a link on the way leads into another file"))
  }

  @Test(arguments: ["outside", "virtual"])
  func dataInAnotherFileAreNotRead(name: String) throws {
    #expect(
      try error { _ = try $0.dataset(name).read(as: Float.self) }
        == .storedElsewhere(path: "\(path):/\(name)"))
  }

  @Test func stringsForNumbersAndViceVersa() throws {
    #expect(
      try error { _ = try $0.dataset("text").read(as: Float.self) }
        == .unexpectedType(
          path: "\(path):/text", expected: "floating-point numbers", found: "strings of 16 bytes"))
    #expect(
      try error { _ = try $0.dataset("numbers").readText() }
        == .unexpectedType(
          path: "\(path):/numbers", expected: "strings", found: "floating-point numbers"))
    #expect(
      try error { _ = try $0.dataset("numbers").read(as: Int32.self) }
        == .unexpectedType(
          path: "\(path):/numbers", expected: "integers",
          found: "floating-point numbers of 8 bytes"))
    #expect(
      try error { _ = try $0.dataset("compound").read(as: Float.self) }
        == .unexpectedType(
          path: "\(path):/compound", expected: "floating-point numbers",
          found: "compound values of 8 bytes"))
  }

  @Test func otherExtents() throws {
    #expect(
      try error { _ = try $0.dataset("numbers").readMatrix() }
        == .unexpectedShape(
          path: "\(path):/numbers", expected: "[rows, columns] = [any, any]", found: [2]))
    #expect(
      try error { try $0.dataset("numbers").require(shape: [3], "[tokens]") }
        == .unexpectedShape(path: "\(path):/numbers", expected: "[tokens] = [3]", found: [2]))
    #expect(
      try error {
        _ = try $0.dataset("numbers").read(Hyperslab(origin: [1], extent: [2]), as: Float.self)
      }
        == .unexpectedShape(
          path: "\(path):/numbers", expected: "one that holds [2] at [1]", found: [2]))
  }

  @Test func noDataspace() throws {
    #expect(
      try error { _ = try $0.dataset("empty") }
        == .unexpectedType(
          path: "\(path):/empty", expected: "values", found: "an empty dataspace"))
    #expect(
      try error { _ = try $0.attribute("empty", as: Float.self) }
        == .unexpectedType(
          path: "\(path):/@empty", expected: "values", found: "an empty dataspace"))
  }

  @Test(arguments: [
    ("never_written", 1 << 42), ("never_written_chunks", 1 << 42), ("huge_chunk", 1 << 31),
  ])
  func moreThanTheFileCanHold(name: String, bytes: Int) throws {
    #expect(
      try error { _ = try $0.dataset(name).read(as: Float.self) }
        == .implausibleSize(path: "\(path):/\(name)", bytes: bytes, limit: 1 << 16))
  }

  @Test func moreElementsThanAnIntegerCounts() throws {
    #expect(
      try error { _ = try $0.dataset("overflow").read(as: Float.self) }
        == .implausibleSize(path: "\(path):/overflow", bytes: .max, limit: .max))
  }

  @Test func stringsThatAreNotUTF8() throws {
    #expect(
      try error { _ = try $0.dataset("latin1").readText() }
        == .invalidText(path: "\(path):/latin1", index: 0))
    #expect(
      try error { _ = try $0.dataset("latin1_variable").readText() }
        == .invalidText(path: "\(path):/latin1_variable", index: 1))
    #expect(
      try error { _ = try $0.textAttribute("latin1") }
        == .invalidText(path: "\(path):/@latin1", index: 0))
  }

  @Test func attributesOfAnotherKind() throws {
    let path = Fixtures.path("hdf5/foreign.h5")
    let file = try StoredFile(opening: path)
    #expect(
      hdf5Error { _ = try file.root.textAttribute("nothing") }
        == .attributeMissing(path: "\(path):/", name: "nothing"))
    #expect(
      hdf5Error { _ = try file.root.textAttribute("integer") }
        == .unexpectedType(path: "\(path):/@integer", expected: "strings", found: "integers"))
    #expect(
      hdf5Error { _ = try file.root.attribute("text", as: Int32.self) }
        == .unexpectedType(
          path: "\(path):/@text", expected: "integers", found: "strings of 16 bytes"))
    #expect(
      hdf5Error { _ = try file.root.attribute("list", as: Int32.self) }
        == .unexpectedShape(
          path: "\(path):/@list", expected: "[] (a single value)", found: [2]))
  }
}

/// Damage to the heap of strings, on which HDF5 1.10 itself crashes or loops.
@Suite struct DamagedStringTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes a file with two strings and changes bytes after a mark.
  private func error(after mark: String, at offset: Int, _ bytes: [UInt8]) throws -> HDF5Error? {
    let path = folder.file("strings.h5")
    let file = try File(creating: path)
    try file.root.write(["first", "second"], as: "text")
    try file.close()
    var data = try Data(contentsOf: URL(filePath: path))
    let place = try #require(data.range(of: Data(mark.utf8))).lowerBound + offset
    data.replaceSubrange(place..<place + bytes.count, with: bytes)
    try data.write(to: URL(filePath: path))
    let damaged = try StoredFile(opening: path)
    return hdf5Error { _ = try damaged.root.dataset("text").readText() }
  }

  private var damaged: HDF5Error {
    .invalidText(path: folder.file("strings.h5") + ":/text", index: 0)
  }

  @Test func signatureOfTheCollection() throws {
    #expect(try error(after: "GCOL", at: 0, Array("XCOL".utf8)) == damaged)
  }

  @Test(arguments: [0, 8, 0xff])
  func sizeOfTheCollection(byte: UInt8) throws {
    let bytes = [UInt8](repeating: byte, count: 8)
    #expect(try error(after: "GCOL", at: 8, bytes) == damaged)
  }

  @Test func indexOfTheObject() throws {
    // The library writes the last string first.
    let second = HDF5Error.invalidText(path: folder.file("strings.h5") + ":/text", index: 1)
    #expect(try error(after: "GCOL", at: 16, [9, 9]) == second)
  }

  @Test(arguments: [0, 2, 0xff])
  func sizeOfTheObject(byte: UInt8) throws {
    #expect(
      try error(after: "GCOL", at: 24, [byte] + [UInt8](repeating: byte, count: 7)) == damaged)
  }

  @Test func bytesOfTheText() throws {
    #expect(try error(after: "first", at: 1, [0xff]) == damaged)
  }

  @Test func undamagedForComparison() throws {
    #expect(try error(after: "GCOL", at: 0, Array("GCOL".utf8)) == nil)
  }
}
