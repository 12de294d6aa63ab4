import HDF5
import LinearAlgebra
import TestSupport
import Testing

/// Reading every layout that h5py writes (`Tests/Fixtures/hdf5/make_files.py`): HDF5's default format, the
/// newest, and one behind a user block.
@Suite(.serialized) struct LayoutTests {
  static let files = ["layouts.h5", "layouts_latest.h5", "layouts_user_block.h5"]

  @Test(arguments: files)
  func everyIndexOfChunks(name: String) throws {
    let root = try StoredFile(opening: Fixtures.path("hdf5/\(name)")).root
    let grid = (0..<60).map { Float($0) }
    for name in [
      "single", "single_compressed", "fixed", "fixed_compressed", "extensible",
      "extensible_compressed", "tree", "tree_compressed", "implicit", "compact", "named_type",
    ] {
      let dataset = try root.dataset(name)
      #expect(try dataset.readMatrix().elements == grid, "\(name)")
      let part = Hyperslab(origin: [1, 2], extent: [3, 5])
      #expect(
        try dataset.read(part, as: Double.self)
          == [12, 13, 14, 15, 16, 22, 23, 24, 25, 26, 32, 33, 34, 35, 36], "\(name)")
      #expect(try dataset.readMatrix(rows: 4..<6).elements == Array(grid[40...]), "\(name)")
    }
  }

  @Test(arguments: files)
  func manyChunks(name: String) throws {
    let root = try StoredFile(opening: Fixtures.path("hdf5/\(name)")).root
    for name in ["fixed_pages", "extensible_pages"] {
      let values = try root.dataset(name).read(as: Int32.self)
      #expect(values == (0..<Int32(values.count)).map { $0 }, "\(name)")
    }
    let sparse = try root.dataset("sparse").read(as: Int32.self)
    var expected = [Int32](repeating: -3, count: 30000)
    (expected[3], expected[29000]) = (1, 5)
    #expect(sparse == expected)
  }

  @Test(arguments: files)
  func manyLinksAndAttributes(name: String) throws {
    let root = try StoredFile(opening: Fixtures.path("hdf5/\(name)")).root
    let group = try root.group("many")
    #expect(try group.names().count == 60)
    for (index, name) in try group.names().enumerated() {
      #expect(try group.dataset(name).read(as: Int64.self) == [Int64(index)])
    }
    for index in 0..<20 {
      let number = index < 10 ? "0\(index)" : "\(index)"
      #expect(try root.textAttribute("attribute \(number)") == "value \(index)")
    }
    #expect(try root.attributeNames().count == 21)
  }
}

/// Files that HDF5 1.10 crashes on: an attribute, a chunk without elements, a chunk of one byte.
@Suite struct CrashTests {
  @Test func attributeThatClaimsMoreThanItHas() {
    let error = hdf5Error {
      _ = try StoredFile(opening: Fixtures.path("hdf5/crash_attr.h5")).root.attributeNames()
    }
    guard case .damaged(_, "attribute message", _, "ends too early")? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func chunkWithoutElements() {
    let error = hdf5Error {
      _ = try StoredFile(opening: Fixtures.path("hdf5/crash_chunk0.h5")).root.dataset("module")
    }
    guard case .damaged(_, "layout message", _, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func chunkShorterThanItsChecksum() {
    let error = hdf5Error {
      let layer = try StoredFile(opening: Fixtures.path("hdf5/crash_fletcher.h5")).root.dataset(
        "layer")
      _ = try layer.read(as: Int32.self)
    }
    guard case .damaged(_, "chunk", _, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
