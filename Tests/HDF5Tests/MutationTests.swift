import Foundation
import HDF5
import RandomNumbers
import TestSupport
import Testing

/// Files with a few bytes changed: each is read whole or refused, and the process lives on.
@Suite struct MutationTests {
  @Test(arguments: [
    "foreign.h5", "layouts_latest.h5", "crash_chunk0.h5", "crash_fletcher.h5", "ours",
  ])
  func readOrRefused(name: String) throws {
    let folder = try TemporaryFolder()
    let original = try Data(
      contentsOf: URL(filePath: name == "ours" ? try ours(folder) : Fixtures.path("hdf5/\(name)")))
    // Where something is: zeros are mostly padding.
    let places = original.indices.filter { original[$0] != 0 }
    var random = SplitMix64(seed: UInt64(original.count))
    var refused = 0
    for _ in 0..<60 {
      var mutant = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = places[Int.random(in: 0..<min(places.count, 4000), using: &random)]
        mutant[place] =
          [0, 0xff, UInt8.random(in: 0...255, using: &random), mutant[place] ^ 1]
          .randomElement(using: &random) ?? 0
      }
      let path = folder.file("mutant.h5")
      try mutant.write(to: URL(filePath: path))
      do {
        try readEverything(in: StoredFile(opening: path).root, depth: 0)
      } catch let error as HDF5Error {
        #expect(error.kind == .badData, "\(error)")
        refused += 1
      }
    }
    #expect(refused > 0)
  }

  private func ours(_ folder: TemporaryFolder) throws -> String {
    let path = folder.file("ours.h5")
    let file = try File(creating: path)
    try file.root.setAttribute("format", "suture-spectra")
    try file.root.write(["a", "b"], as: "scale").becomeScale(of: "scale")
    try file.root.write([Float(1), 2], as: "values")
      .attach(file.root.dataset("scale"), toAxis: 0, name: "scale")
    var table = try file.root.createDataset(
      "table", shape: [2, 0], growing: 1, chunk: [1, 4], fill: Float.nan)
    try table.grow(to: [2, 6])
    try table.write([Float(9)], to: Hyperslab(origin: [1, 5], extent: [1, 1]))
    _ = consume table
    try file.close()
    return path
  }

  private func readEverything(in group: StoredGroup, depth: Int) throws {
    for name in try group.attributeNames() {
      if try group.attributeKind(name) == .text { _ = try group.textAttribute(name) }
    }
    for name in try group.names() where depth < 5 {
      guard try group.isDataset(name) else {
        try readEverything(in: try group.group(name), depth: depth + 1)
        continue
      }
      let dataset = try group.dataset(name)
      switch dataset.elementKind {
      case .integer: _ = try dataset.read(as: Int64.self)
      case .float32, .float64: _ = try dataset.read(as: Double.self)
      case .text: _ = try dataset.readText()
      case .other: break
      }
      for axis in dataset.shape.indices { _ = try dataset.dimensionName(ofAxis: axis) }
    }
  }

  /// A hundred thousand references to one string would be gigabytes.
  @Test func referencesToOneString() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("amplified.h5")
    let file = try File(creating: path)
    try file.root.write(
      [String(repeating: "A", count: 60_000)] + [String](repeating: "b", count: 20_000), as: "text")
    try file.close()
    var data = try Data(contentsOf: URL(filePath: path))
    // A reference begins with the length of its string.
    let first = try #require(data.range(of: Data([0x60, 0xea, 0, 0]))).lowerBound
    let reference = data[first..<first + 16]
    for index in 1...20_000 {
      data.replaceSubrange(first + 16 * index..<first + 16 * (index + 1), with: reference)
    }
    try data.write(to: URL(filePath: path))
    guard
      case .implausibleSize? = hdf5Error({
        _ = try StoredFile(opening: path).root.dataset("text").readText()
      })
    else {
      Issue.record("twenty thousand strings of 60 kB were read")
      return
    }
  }
}
