import Failures
import Foundation
import HDF5
import LinearAlgebra
import TestSupport
import Testing

@Suite struct RoundTripTests {
  let folder: TemporaryFolder
  var path: String { folder.file("file.h5") }

  init() throws { folder = try TemporaryFolder() }

  @Test func numbers() throws {
    let file = try File(creating: path)
    try file.root.write([Float(0.1), .nan, -.infinity], as: "float")
    try file.root.write([0.1, .leastNonzeroMagnitude], as: "double")
    try file.root.write([Int32.min, .max], as: "int32")
    try file.root.write([Int64.min, .max], as: "int64")
    try file.root.write([UInt8(0), 255, 3, 4], as: "uint8", shape: [2, 2])
    try file.close()

    let copy = try StoredFile(opening: path)
    let floats = try copy.root.dataset("float").read(as: Float.self)
    #expect(floats.map(\.bitPattern) == [Float(0.1), .nan, -.infinity].map(\.bitPattern))
    #expect(try copy.root.dataset("double").read(as: Double.self) == [0.1, .leastNonzeroMagnitude])
    #expect(try copy.root.dataset("int32").read(as: Int32.self) == [.min, .max])
    #expect(try copy.root.dataset("int64").read(as: Int64.self) == [.min, .max])
    #expect(try copy.root.dataset("uint8").shape == [2, 2])
    #expect(try copy.root.dataset("uint8").read(as: UInt8.self) == [0, 255, 3, 4])
    #expect(try copy.root.names() == ["double", "float", "int32", "int64", "uint8"])
  }

  @Test func rowsOfAMatrix() throws {
    let file = try File(creating: path)
    let dataset = try file.root.createDataset("rows", of: Float.self, shape: [5, 3])
    try dataset.write(Matrix(rows: 2, columns: 3, elements: [7, 8, 9, 10, 11, 12]), atRow: 3)
    try dataset.write(Matrix(rows: 3, columns: 3, elements: (1...9).map { Float($0) }))
    let tooLow = hdf5Error { try dataset.write(Matrix(rows: 2, columns: 3), atRow: 4) }
    #expect(
      tooLow
        == .unexpectedShape(
          path: "\(path):/rows", expected: "one that holds [2, 3] at [4, 0]", found: [5, 3]))
    let tooWide = hdf5Error { try dataset.write(Matrix(rows: 1, columns: 4)) }
    #expect(
      tooWide
        == .unexpectedShape(
          path: "\(path):/rows", expected: "one that holds [1, 4] at [0, 0]", found: [5, 3]))
    _ = consume dataset
    try file.close()
    let rows = try StoredFile(opening: path).root.dataset("rows")
    #expect(try rows.readMatrix(rows: 2..<4).elements == [7, 8, 9, 7, 8, 9])
    #expect(try rows.readMatrix(rows: 5..<5).elements == [])
  }

  @Test func strings() throws {
    let strings = ["", "a", "é", "e\u{301}", "日本\n", String(repeating: "long ", count: 5000)]
    let file = try File(creating: path)
    try file.root.write(strings, as: "strings")
    try file.root.write([String](), as: "none")
    try file.root.setAttribute("text", strings[5])
    try file.root.setAttribute("empty", "")
    try file.close()

    let copy = try StoredFile(opening: path)
    let read = try copy.root.dataset("strings").readText()
    #expect(read.map { Array($0.utf8) } == strings.map { Array($0.utf8) })
    #expect(try copy.root.dataset("none").readText() == [])
    #expect(try copy.root.textAttribute("text") == strings[5])
    #expect(try copy.root.textAttribute("empty") == "")
  }

  /// A string of HDF5 ends at its first NUL: what follows would be lost silently.
  @Test func stringsWithANULAreRefused() throws {
    let file = try File(creating: path)
    #expect(
      hdf5Error { try file.root.write(["a", "b\0c"], as: "strings") }
        == .textHoldsNUL(path: "\(path):/strings", text: "b\0c"))
    #expect(
      hdf5Error { try file.root.setAttribute("x", "\0") }
        == .textHoldsNUL(path: "\(path):/@x", text: "\0"))
  }

  @Test func manyStringsInManyCollections() throws {
    let strings = (0..<20_000).map { "example number \($0)" }
    let file = try File(creating: path)
    try file.root.write(strings, as: "strings")
    try file.close()
    #expect(try StoredFile(opening: path).root.dataset("strings").readText() == strings)
  }

  @Test func growingDataset() throws {
    let file = try File(creating: path)
    var dataset = try file.root.createDataset(
      "table", shape: [2, 0], growing: 1, chunk: [1, 4], fill: Float.nan)
    try dataset.grow(to: [2, 3])
    try dataset.write([Float](arrayLiteral: 1, 2), to: Hyperslab(origin: [0, 0], extent: [1, 2]))
    try dataset.grow(to: [2, 6])
    try dataset.write([Float(9)], to: Hyperslab(origin: [1, 5], extent: [1, 1]))
    _ = consume dataset
    try file.close()
    let table = try StoredFile(opening: path).root.dataset("table")
    #expect(table.shape == [2, 6])
    let values = try table.read(as: Float.self)
    #expect(values.map { $0.isNaN ? -1 : $0 } == [1, 2, -1, -1, -1, -1, -1, -1, -1, -1, -1, 9])
  }

  @Test func hardLinksShareOneObject() throws {
    let file = try File(creating: path)
    try file.root.createGroup("a").write([Float(1)], as: "x")
    try file.root.createGroup("b").link("y", to: "/a/x")
    try file.close()
    let copy = try StoredFile(opening: path)
    let address = try copy.root.dataset("b/y").objectAddress
    #expect(try copy.root.dataset("a/x").objectAddress == address)
    #expect(try copy.root.dataset("b/y").read(as: Float.self) == [1])
  }

  @Test func closingTellsOfObjectsStillOpen() throws {
    let file = try File(creating: path)
    let dataset = try file.root.write([Float(1)], as: "x")
    do throws(HDF5Error) {
      try file.close()
      Issue.record("the file was closed before its dataset")
    } catch {
      guard case .callFailed("H5Fclose", path, _) = error else { throw error }
    }
    #expect(dataset.shape == [1])
  }

  @Test func equalContentGivesEqualBytes() throws {
    func write(_ name: String) throws -> Data {
      let file = try File(creating: folder.file(name))
      try file.root.setAttribute("created", "2026-01-01T00:00:00Z")
      try file.root.write(["p", "q"], as: "scale").becomeScale(of: "scale")
      try file.root.write([Float(1), 2], as: "values")
        .attach(file.root.dataset("scale"), toAxis: 0, name: "scale")
      try file.root.createGroup("group").write([Int32(3)], as: "x")
      try file.close()
      return try Data(contentsOf: URL(filePath: folder.file(name)))
    }
    let first = try write("1.h5")
    // Modification times have a resolution of a second.
    sleep(1)
    let second = try write("2.h5")
    #expect(first == second)
  }
}

/// Files that cannot be written.
@Suite struct WriteFailureTests {
  @Test(arguments: ["/nonexistent/folder/x.h5", "/tmp"])
  func cannotBeCreated(path: String) throws {
    guard case .cannotCreate(path, _)? = hdf5Error({ _ = try File(creating: path) }) else {
      Issue.record("\(path) was created")
      return
    }
    #expect(hdf5Error { _ = try File(creating: path) }?.kind == .cannotCreate)
  }

  @Test func fullDevice() throws {
    let error = hdf5Error { _ = try File(creating: "/dev/full") }
    #expect(error?.systemErrorNumber == ENOSPC)
    #expect(error?.kind == .inputOutput)
  }

  /// A limit of the file's size stands for a full disk, elements and metadata alike: whichever
  /// write hits it, the error is seen, and neither closing nor the end of the process crashes.
  @Test(arguments: [1, 50, 200, 300, 1000])
  func fullDiskIsAnErrorAndNothingWorse(kibibytes: Int) async {
    await #expect(processExitsWith: .success) { [kibibytes] in
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: rlim_t(kibibytes << 10), rlim_max: rlim_t(kibibytes << 10))
      setrlimit(__rlimit_resource_t(1), &limit)
      let folder = try TemporaryFolder()
      let error = hdf5Error {
        let file = try File(creating: folder.file("full.h5"))
        for index in 0..<100 {
          let group = try file.root.createGroup("\(index)")
          try group.write(Matrix(rows: 100, columns: 50), as: "matrix")
          try group.write((0..<100).map { "string \($0)" }, as: "strings")
        }
        try file.close()
      }
      #expect(error?.kind == .inputOutput, "\(String(describing: error))")
      #expect(error?.systemErrorNumber == EFBIG)
    }
  }
}
