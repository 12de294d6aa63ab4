import HDF5
import LinearAlgebra
import TestSupport
import Testing

/// Reading what h5py wrote (`Tests/Fixtures/hdf5/make_files.py`).
@Suite final class ForeignFileTests {
  let file: StoredFile

  init() throws { file = try StoredFile(opening: Fixtures.path("hdf5/foreign.h5")) }

  @Test func floatingPointNumbersOfAnyWidth() throws {
    let matrix = try file.root.dataset("float32").readMatrix()
    #expect(matrix.rows == 2 && matrix.columns == 3)
    #expect(matrix.elements == [1.5, -2.25, 0.1, 3e38, 0x116c2p-149, 0])
    #expect(
      try file.root.dataset("float64").read(as: Double.self) == [
        0.1, 1e300, -.leastNonzeroMagnitude,
      ])
    #expect(try file.root.dataset("float64").read(as: Float.self) == [0.1, .infinity, -0.0])
    #expect(try file.root.dataset("float16").read(as: Float.self) == [0.5, 65504])
    #expect(try file.root.dataset("big_endian").read(as: Float.self) == [1.25, -3.5])
  }

  @Test func integersAndEnumerations() throws {
    #expect(try file.root.dataset("int8").read(as: Int32.self) == [-128, 127])
    #expect(try file.root.dataset("uint16").read(as: Int64.self) == [0, 65535])
    #expect(try file.root.dataset("int64").read(as: Int64.self) == [-1 << 62, 1 << 62])
    #expect(try file.root.dataset("int8").read(as: Double.self) == [-128, 127])
    #expect(try file.root.dataset("mask").read(as: UInt8.self) == [1, 0, 1])
    #expect(try file.root.dataset("colour").read(as: Int32.self) == [42, 0, 1])
    #expect(try file.root.dataset("scalar").read(as: Int64.self) == [7])
  }

  @Test func stringsKeepTheirScalars() throws {
    let text = try file.root.dataset("text").readText()
    let expected = ["plain", "", "naïve 日本", "e\u{301}"]
    #expect(text.map { Array($0.utf8) } == expected.map { Array($0.utf8) })
    #expect(try file.root.dataset("ascii").readText() == ["abc", "de", ""])
    #expect(try file.root.dataset("fixed_utf8").readText() == ["é", "ok"])
    let long = try file.root.dataset("long_text").readText()
    #expect(long == [String(repeating: "x", count: 10_000), "short"])
    let compressed = try file.root.dataset("compressed_text").readText()
    #expect(compressed == (0..<100).map { $0 % 2 == 0 ? "alpha" : "beta" })
  }

  @Test func compressedChunks() throws {
    let dataset = try file.root.dataset("compressed")
    let matrix = try dataset.readMatrix()
    #expect(matrix.rows == 60 && matrix.columns == 100)
    #expect(matrix.elements == (0..<6000).map { Float($0) })
    #expect(try dataset.readMatrix(rows: 13..<15).elements == (1300..<1500).map { Float($0) })
    let part = Hyperslab(origin: [5, 28], extent: [2, 4])
    #expect(try dataset.read(part, as: Double.self) == [528, 529, 530, 531, 628, 629, 630, 631])
  }

  @Test func groupsAndLinks() throws {
    #expect(try file.root.group("b").names() == ["inner"])
    #expect(try file.root.names().prefix(4) == ["a", "ascii", "b", "big_endian"])
    #expect(try file.root.contains("b/inner"))
    #expect(try !file.root.contains("b/outer"))
    #expect(try !file.root.contains("nothing/inner"))
    let address = try file.root.dataset("float64").objectAddress
    #expect(try file.root.dataset("hard").objectAddress == address)
    #expect(try file.root.dataset("soft").objectAddress == address)
    #expect(try file.root.dataset("int64").objectAddress != address)
  }

  @Test func emptyExtents() throws {
    let matrix = try file.root.dataset("no_rows").readMatrix()
    #expect(matrix.rows == 0 && matrix.columns == 4)
  }

  @Test func attributes() throws {
    #expect(try file.root.attributeNames() == ["bytes", "decimal", "integer", "list", "text"])
    #expect(try file.root.textAttribute("text") == "grüße")
    #expect(try file.root.textAttribute("bytes") == "fixed")
    #expect(try file.root.attribute("integer", as: Int64.self) == 42)
    #expect(try file.root.attribute("decimal", as: Double.self) == 0.1)
    #expect(try file.root.hasAttribute("list"))
    #expect(try !file.root.hasAttribute("nothing"))
  }
}
