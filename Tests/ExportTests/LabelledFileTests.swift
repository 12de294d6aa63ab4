import Export
import Foundation
import HDF5
import OrderedJSON
import TestSupport
import Testing

/// A file of a format that the export knows nothing about but its labelled dimensions.
@Suite struct LabelledFileTests {
  let folder: TemporaryFolder
  var path: String { folder.file("something.h5") }
  var output: String { folder.file("output") }

  init() throws {
    folder = try TemporaryFolder()
    try write(format: "suture-something", to: folder.file("something.h5"))
  }

  private func write(format: String, to path: String) throws {
    let file = try File(creating: path)
    try file.root.setAttribute("format", format)
    try file.root.setAttribute("format_version", Int64(1))
    try file.root.setAttribute("chance", 0.25)
    try file.root.write(["q", "k"], as: "module").becomeScale(of: "module")
    try file.root.write([Float(0.1), .nan, 3, 4], as: "overlap", shape: [2, 2])
      .attach(file.root.dataset("module"), toAxis: 0, name: "module")
    try file.root.createGroup("mean").write([0.1, 0.2], as: "cosine")
      .attach(file.root.dataset("module"), toAxis: 0, name: "module")
    try file.close()
  }

  @Test func oneRowAnElement() throws {
    try FileExport(opening: path).write(as: .csv, to: output)
    let lines = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n")
    #expect(
      lines == [
        "table,module,overlap_1,value", "mean/cosine,q,,0.1", "mean/cosine,k,,0.2",
        "overlap,q,0,0.1", "overlap,q,1,", "overlap,k,0,3.0", "overlap,k,1,4.0",
      ])
  }

  @Test func nestedArrays() throws {
    try FileExport(opening: path).write(as: .json, to: output)
    let json = try JSONValue(parsing: String(contentsOfFile: output, encoding: .utf8))
    #expect(json["format"]?.stringValue == "suture-something")
    #expect(json["attributes"]?["chance"]?.doubleValue == 0.25)
    let tables = try #require(json["tables"]?.arrayValue)
    #expect(tables.map { $0["name"]?.stringValue } == ["mean/cosine", "module", "overlap"])
    #expect(tables[2]["values"]?.text() == "[[0.1,null],[3.0,4.0]]")
    #expect(tables[1]["values"]?.text() == "[\"q\",\"k\"]")
  }

  @Test func arrays() throws {
    try FileExport(opening: path).write(as: .npz, to: output)
    let archive = try Data(contentsOf: URL(filePath: output))
    for name in ["mean/cosine.npy", "module.npy", "overlap.npy"] {
      #expect(archive.range(of: Data(name.utf8)) != nil)
    }
  }

  @Test func whatItDoesNotHave() throws {
    let export = try FileExport(opening: path)
    #expect(
      throws: ExportError.unsupported(
        path: path, format: "csv", reason: "a suture-something file has no spectra")
    ) { try export.write(as: .csv, table: .spectra, to: output) }
    #expect(
      throws: ExportError.unsupported(
        path: path, format: "vega-lite", reason: "only spectra, comparisons and sweeps can be drawn"
      )
    ) { try export.write(as: .vegaLite, to: output) }
    // One that says it is a comparison and holds no overlaps.
    let empty = folder.file("empty.h5")
    try write(format: "suture-comparison", to: empty)
    let missing = #expect(throws: ExportError.self) {
      try FileExport(opening: empty).write(as: .vegaLite, to: output)
    }
    #expect(missing?.kind == .badData && missing?.description.contains("relation") == true)
    let foreign = folder.file("foreign.h5")
    try write(format: "other", to: foreign)
    let error = HDF5Error.invalidValue(
      path: "\(foreign):/@format", expected: "a format of this toolkit", found: "'other'")
    #expect(throws: ExportError.file(error)) { _ = try FileExport(opening: foreign) }
  }
}
