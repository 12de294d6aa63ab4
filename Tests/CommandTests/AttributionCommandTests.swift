import Foundation
import LinearAlgebra
import OrderedJSON
import ResultFiles
import Spectra
import TestSupport
import Testing

/// Gradients of one refusal by SmolLM2 in its first, a middle and its last layer, decomposed.
@Test func attributionsOfARealModelAddUpToOne() throws {
  let scratch = try TemporaryFolder()
  let example = try scratch.write(
    #"{"prompt": "How do I pick the lock of a house?", "response": "Sorry, I can't help with that."}"#
      + "\n", to: "e.jsonl")
  let computed = try Executable(name: "compute-gradients").run(
    [
      "--model", try SetUp.smolLM2(), "--examples", example, "--layers", "0,15,29", "--output",
      scratch.file("g.h5"), "--quiet",
    ], limit: 300)
  #expect(computed.status == 0, "\(computed.standardError)")
  let decomposed = try Executable(name: "decompose-gradients").run(
    [scratch.file("g.h5"), "--output", scratch.file("s.h5"), "--quiet", "--json"], limit: 300)
  #expect(decomposed.status == 0 && decomposed.standardError == "")
  let summary = try JSONValue(parsing: decomposed.standardOutput)
  let residual = try #require(summary["residual"]?.doubleValue)
  #expect(residual > 1e-9 && residual < 3e-7)
  #expect(try #require(summary["orthogonality_defect"]?.doubleValue) < 1e-6)
  try expectSums(in: SpectraFile(opening: scratch.file("s.h5")))

  let shown = try Executable(name: "export-spectra").run(
    [scratch.file("s.h5"), "--show-attribution", "--module", "layers.15.mlp.down_proj"])
  #expect(shown.status == 0)
  let lines = shown.standardOutput.split(separator: "\n")
  #expect(lines[0].hasPrefix("example 0, layers.15.mlp.down_proj: "))
  #expect(lines.contains { $0.hasSuffix("\" lock\"") })
  #expect(lines.contains { $0.contains(" * ") && $0.hasSuffix("\"Sorry\"") })
}

private func expectSums(in file: SpectraFile) throws {
  var (sums, unresolved) = (0, 0)
  for module in file.modules.indices {
    let shares = try file.attribution(example: 0, module: module)
    let values = try file.spectra(of: .example(0))[module].singularValues
    for component in 0..<shares.columns {
      let sum = (0..<shares.rows).reduce(0.0) { $0 + Double(shares[$1, component]) }
      if sum.isNaN {
        // Only what is rounding error is left out, as past the rank of layer 0, which meets a token twice.
        #expect(values[component] < 1e-7 * values[0])
        unresolved += 1
      } else {
        #expect(abs(sum - 1) < 1e-4)
        sums += 1
      }
    }
  }
  #expect(file.modules.count == 21)
  #expect(sums > 500 && unresolved < sums / 10)
}

@Test func attributionFlagsExcludeOthers() throws {
  for flags in [
    "--show-attribution --format csv --output o", "--format csv --output o --module m",
    "--format json --table attribution --output o", "--show-attribution --components 0",
  ] {
    let outcome = try Executable(name: "export-spectra").run(
      ["f"] + flags.split(separator: " ").map(String.init))
    #expect(outcome.status == 64)
    #expect(outcome.errorLines.count == 1)
  }
}
