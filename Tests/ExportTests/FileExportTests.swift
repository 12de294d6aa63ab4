import Export
import Failures
import Foundation
import LinearAlgebra
import OrderedJSON
import ResultFiles
import SafetyGradients
import Spectra
import TestSupport
import Testing
import Tokens

@Suite struct FileExportTests {
  let folder: TemporaryFolder
  var spectra: String { folder.file("spectra.h5") }
  var gradients: String { folder.file("gradients.h5") }
  var output: String { folder.file("output") }

  init() throws {
    folder = try TemporaryFolder()
    try SpectraFileExample.write(to: folder.file("spectra.h5"))
    try writeGradients()
  }

  /// X = [[1, 2], [3, 4]], D = [[1], [0]], so that G = [1, 2].
  private func writeGradients() throws {
    let module = GradientModule(
      name: "layers.0.mlp.up_proj", layer: 0, projection: "up_proj", outFeatures: 1, inFeatures: 2)
    var writer = try GradientFileWriter(
      creating: gradients, provenance: Provenance(), modules: [module],
      examples: [Example(id: "x", tokens: [7, 8], answerMask: [false, true])])
    try writer.beginExample(0)
    try writer.write(
      example: 0, module: 0, input: Matrix(rows: 2, columns: 2, elements: [1, 2, 3, 4]),
      outputGradient: Matrix(rows: 2, columns: 1, elements: [1, 0]))
    try writer.finishExample(0, loss: 0.1)
    try writer.close()
  }

  private func lines(_ path: String, _ format: ExportFormat, _ table: ExportTable? = nil) throws
    -> [String]
  {
    try FileExport(opening: path).write(as: format, table: table, to: output)
    return try String(contentsOfFile: output, encoding: .utf8).components(separatedBy: "\n")
  }

  @Test func tableOfSingularValues() throws {
    let lines = try lines(spectra, .csv)
    #expect(
      lines.prefix(6) == [
        "example,example_index,module,layer,projection,component,singular_value,energy,rank_bound",
        "plain,0,layers.0.mlp.up_proj,0,up_proj,1,0.1,1.0,1",
        "plain,0,layers.0.mlp.up_proj,0,up_proj,2,0.0,1.0,1",
        "plain,0,layers.1.mlp.down_proj,1,down_proj,1,4.0,0.64,2",
        "plain,0,layers.1.mlp.down_proj,1,down_proj,2,3.0,1.0,2",
        "\"with \"\"quotes\"\", and",
      ])
    #expect(lines[6] == "comma\",1,layers.0.mlp.up_proj,0,up_proj,1,4.0,0.64,2")
    #expect(lines.contains("comma\",1,layers.1.mlp.down_proj,1,down_proj,3,1e-45,1.0,3"))
    #expect(lines.suffix(3).first == "mean,,layers.1.mlp.down_proj,1,down_proj,1,3.0,\(9.0 / 13),2")
  }

  @Test func tableOfMeasures() throws {
    let lines = try lines(spectra, .csv, .measures)
    #expect(
      lines.prefix(2) == [
        "example,example_index,module,layer,projection,out_features,in_features,rank_bound,"
          + "frobenius_norm,stable_rank,effective_rank,participation_ratio,rank_at_energy_0.9,"
          + "rank_at_energy_0.95,rank_at_energy_0.99,residual,orthogonality_defect",
        "plain,0,layers.0.mlp.up_proj,0,up_proj,4,3,1,5.0,1.5625,1.979626,1.854599,2,2,2,3e-08,5e-08",
      ])
    // Six spectra; the name with a line break takes two lines twice.
    #expect(lines.count == 1 + 6 + 2 + 1)
  }

  @Test func tableOfFactors() throws {
    #expect(
      try lines(gradients, .csv) == [
        "example,example_index,module,layer,projection,out_features,in_features,token_count,"
          + "answer_token_count,loss,nonzero_rows,input_norm,output_gradient_norm,gradient_norm",
        "x,0,layers.0.mlp.up_proj,0,up_proj,1,2,2,1,0.1,1,\(30.0.squareRoot()),1.0,"
          + "\(5.0.squareRoot())",
        "",
      ])
  }

  @Test func jsonKeepsOrderAndNumbers() throws {
    try FileExport(opening: spectra).write(as: .json, to: output)
    let json = try JSONValue(parsing: String(contentsOfFile: output, encoding: .utf8))
    #expect(
      json.objectValue?.keys == [
        "format", "format_version", "provenance", "examples", "modules", "annotations",
        "energy_levels", "measures", "spectra",
      ])
    #expect(json["annotations"]?["svd_driver"]?.stringValue == "gesdd")
    #expect(json["measures"]?.arrayValue?.count == 6)
    #expect(json["measures"]?.arrayValue?.last?["example_index"]?.isNull == true)
    let second = try #require(json["spectra"]?.arrayValue?[3]["singular_values"]?.arrayValue)
    #expect(
      second.map { $0.doubleValue.map(Float.init) } == [1e-30, 1e-38, .leastNonzeroMagnitude])
    #expect(second[0].text() == "1e-30")
  }

  @Test func jsonOfGradients() throws {
    try FileExport(opening: gradients).write(as: .json, to: output)
    let json = try JSONValue(parsing: String(contentsOfFile: output, encoding: .utf8))
    let example = try #require(json["tokens"]?.arrayValue?.first)
    #expect(example["tokens"]?.arrayValue?.map(\.integerValue) == [7, 8])
    #expect(example["answer_mask"]?.arrayValue?.map(\.integerValue) == [0, 1])
    #expect(json["examples"]?.arrayValue?.first?["loss"]?.doubleValue == 0.1)
  }

  /// NumPy made the reference with `numpy.savez` (`Tests/Fixtures/export/make_arrays.py`).
  @Test func arraysAreThoseOfNumPy() throws {
    try FileExport(opening: gradients).write(as: .npz, to: output)
    let archive = try Data(contentsOf: URL(filePath: output))
    let names = [
      "answer_token_count", "example", "factors_0_input", "in_features", "loss", "module",
    ]
    for name in names {
      let array = Data(try Fixtures.bytes("export/arrays/\(name).npy"))
      #expect(archive.range(of: array) != nil, "\(name)")
    }
  }

  @Test func archiveIsIntact() throws {
    try FileExport(opening: spectra).write(as: .npz, to: output)
    let archive = try Data(contentsOf: URL(filePath: output))
    #expect(archive.prefix(4).elementsEqual([0x50, 0x4b, 3, 4]))
    #expect(archive.suffix(22 + 13).prefix(4).elementsEqual([0x50, 0x4b, 5, 6]))
    #expect(archive.suffix(13).elementsEqual("suture-export".utf8))
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/python3")
    process.arguments = [
      "-c",
      "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; "
        + "print(len(z.namelist()))", output,
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let printed = pipe.fileHandleForReading.readDataToEndOfFile()
    // Nine columns, two scales, nine tables twice, two vectors for each of three sources.
    #expect(String(decoding: printed, as: UTF8.self) == "35\n")
  }

  @Test func chartHoldsOneCurveAModule() throws {
    try FileExport(opening: spectra).write(as: .vegaLite, to: output)
    let chart = try JSONValue(parsing: String(contentsOfFile: output, encoding: .utf8))
    #expect(chart["$schema"]?.stringValue == "https://vega.github.io/schema/vega-lite/v5.json")
    let charts = try #require(chart["vconcat"]?.arrayValue)
    let curve = try #require(charts[0]["data"]?["values"]?.arrayValue)
    #expect(curve.count == 64)
    #expect(curve[31]["share_of_bound"]?.doubleValue == 1)
    #expect(curve[31]["energy"]?.doubleValue == 1)
    // up_proj: 1 component of 1 (all energy) and 1 of 2 (16/25).
    #expect(curve[0]["energy"]?.doubleValue == 0.82)
    let ranks = try #require(charts[1]["data"]?["values"]?.arrayValue)
    #expect(ranks.map { $0["rank_bound"]?.doubleValue } == [1.5, 2.5])
    #expect(ranks.map { $0["rank"]?.doubleValue } == [2, 2])
  }

  @Test func tablesThatAFileDoesNotHave() throws {
    func error(_ path: String, _ format: ExportFormat, _ table: ExportTable?) -> ExportError? {
      do throws(ExportError) {
        try FileExport(opening: path).write(as: format, table: table, to: output)
        return nil
      } catch {
        return error
      }
    }
    #expect(
      error(spectra, .csv, .factors)
        == .unsupported(path: spectra, format: "csv", reason: "a spectra file has no factors"))
    #expect(
      error(gradients, .csv, .measures)
        == .unsupported(path: gradients, format: "csv", reason: "a gradients file has no measures"))
    #expect(
      error(gradients, .vegaLite, nil)
        == .unsupported(
          path: gradients, format: "vega-lite",
          reason: "only spectra, comparisons and sweeps can be drawn"))
    #expect(error(gradients, .vegaLite, nil)?.kind == .badData)
    let none = folder.file("none.h5")
    #expect(error(none, .csv, nil) == .file(.fileMissing(path: none)))
  }

  @Test(arguments: ExportFormat.allCases)
  func fullDevice(format: ExportFormat) throws {
    let export = try FileExport(opening: spectra)
    #expect(throws: ExportError.writeFailed(path: "/dev/full", errorNumber: ENOSPC)) {
      try export.write(as: format, to: "/dev/full")
    }
    let nowhere = folder.file("none/output")
    #expect(throws: ExportError.cannotCreate(path: nowhere, errorNumber: ENOENT)) {
      try export.write(as: format, to: nowhere)
    }
  }
}
