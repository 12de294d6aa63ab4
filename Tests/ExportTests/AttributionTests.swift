import Export
import Foundation
import LinearAlgebra
import OrderedJSON
import ResultFiles
import Spectra
import TestSupport
import Testing

/// Two tokens of example "plain" in two modules, of which the second has the larger gradient.
@Suite struct AttributionTests {
  let folder: TemporaryFolder
  var spectra: String { folder.file("spectra.h5") }
  var output: String { folder.file("output") }

  init() throws {
    folder = try TemporaryFolder()
    let modules = SpectraFileExample.modules
    var writer = try SpectraFileWriter(
      creating: folder.file("spectra.h5"), provenance: Provenance(created: "", model: "m"),
      modules: modules, examples: [SpectraFileExample.examples[0]])
    for (module, values) in [(0, [Float(2), 1]), (1, [Float(4), 3])] {
      var spectrum = SpectraFileExample.spectrum(values, rankBound: 2)
      spectrum.frobeniusNorm = module == 0 ? 5.0.squareRoot() : 5
      try writer.write(spectrum, of: .example(0), module: module)
      let shares = Matrix(rows: 2, columns: 2, elements: [1.25, .nan, -0.25, .nan])
      try writer.write(attribution: shares, example: 0, module: module)
    }
    try writer.write(
      ExampleTokens(ids: [7, 8], answerMask: [false, true], texts: ["a,\n", "\0b"]), example: 0)
    try writer.close()
  }

  private func export(_ format: ExportFormat, _ choice: AttributionChoice = AttributionChoice())
    throws -> String
  {
    try FileExport(opening: spectra).write(
      as: format, table: .attribution, choosing: choice, to: output)
    return try String(contentsOfFile: output, encoding: .utf8)
  }

  @Test func everyTokenAndComponentIsARow() throws {
    let text = try export(.csv, AttributionChoice(module: "layers.0.mlp.up_proj"))
    #expect(
      text == """
        example,example_index,module,layer,projection,token,token_id,text,carries_loss,component,share
        plain,0,layers.0.mlp.up_proj,0,up_proj,0,7,"a,
        ",0,1,1.25
        plain,0,layers.0.mlp.up_proj,0,up_proj,0,7,"a,
        ",0,2,
        plain,0,layers.0.mlp.up_proj,0,up_proj,1,8,\u{2400}b,1,1,-0.25
        plain,0,layers.0.mlp.up_proj,0,up_proj,1,8,\u{2400}b,1,2,

        """)
    let whole = try export(.csv, AttributionChoice(components: 1))
    #expect(whole.components(separatedBy: "plain,").count == 1 + 4)
  }

  @Test func tableForTheTerminal() throws {
    let text = try FileExport(opening: spectra).attributionText(AttributionChoice())
    #expect(
      text == """
        example plain, layers.1.mlp.down_proj: 2 tokens, 1 with loss (*)
        component       1       2  energy brought
           energy   0.640   0.360
              0     1.250       -   0.800  "a,\\n"
              1 *  -0.250       -  -0.160  "\u{2400}b"

        """)
  }

  /// The larger gradient where no module is named; the shares that are numbers, one a cell.
  @Test func chartOfTheLargestGradient() throws {
    let chart = try JSONValue(parsing: export(.vegaLite))
    let text = chart.text()
    #expect(text.contains("layers.1.mlp.down_proj of m, example plain"))
    let charts = try #require(chart["vconcat"]?.arrayValue)
    let energies = try #require(charts[0]["data"]?["values"]?.arrayValue)
    #expect(energies.map { $0["energy"]?.doubleValue } == [0.64, 0.36])
    let beside = try #require(charts[1]["hconcat"]?.arrayValue)
    let cells = try #require(beside[0]["data"]?["values"]?.arrayValue)
    #expect(cells.map { $0["share"]?.doubleValue } == [1.25, -0.25])
    #expect(cells.map { $0["label"]?.stringValue } == ["a,\\n  0", "\u{2400}b *1"])
    let brought = try #require(beside[1]["data"]?["values"]?.arrayValue)
    #expect(brought.map { $0["energy"]?.doubleValue } == [0.8, -0.16])
  }

  @Test(arguments: [AttributionChoice(example: "none"), AttributionChoice(module: "none")])
  func whatIsNotThereIsNamed(_ choice: AttributionChoice) throws {
    let error = #expect(throws: ExportError.self) { _ = try export(.csv, choice) }
    #expect(error?.kind == .badData)
    #expect(error?.description.contains("'none'") == true)
  }

  @Test func aFileWithoutAttributionsSaysSo() throws {
    try SpectraFileExample.write(to: spectra)
    let error = #expect(throws: ExportError.self) { _ = try export(.csv) }
    #expect(error?.description.contains("decompose-gradients writes it") == true)
  }

  @Test func arraysHoldTheShares() throws {
    try FileExport(opening: spectra).write(as: .npz, to: output)
    let process = Process()
    process.executableURL = URL(filePath: try SetUp.python())
    process.arguments = [
      "-c",
      """
      import sys, numpy as np
      file = np.load(sys.argv[1])
      assert file["attribution/0/layers.0.mlp.up_proj"][1, 0] == -0.25
      assert list(file["tokens/0/text"]) == ["a,\\n", "\\u2400b"]
      assert list(file["tokens/0/answer_mask"]) == [0, 1]
      """, output,
    ]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}
