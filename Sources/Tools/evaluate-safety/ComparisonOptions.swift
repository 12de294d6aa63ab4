import ArgumentParser
import CommandSupport
import Evaluation
import Files
import OrderedJSON
import ResultFiles

/// Flags that compare stored scores.
struct ComparisonOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Compare the scores in two folders, prompt by prompt; --output takes the comparison as JSON.",
      valueName: "folder folder"))
  var compare: [String] = []

  func validate() throws {
    for path in compare { try requirePath(path, flag: "--compare") }
    if !compare.isEmpty, compare.count != 2 {
      throw ValidationError("--compare takes two folders of scores, not \(compare.count)")
    }
  }

  /// Compares the two folders, prints the table, and writes the comparison where an output is named.
  ///
  /// - Parameters:
  ///   - output: Where it goes.
  ///   - run: Prints it.
  /// - Throws: `StoredScoresError`, `ExampleError`, `ResponseFileError`.
  func run(_ output: OptionalOutputOptions, _ run: RunOptions) throws {
    let comparison = try output.write(as: .file, inputs: compare) { path in
      let comparison = try ScoreComparison(
        StoredScores(reading: compare[0]), StoredScores(reading: compare[1]))
      if let path {
        let provenance = run.provenance(of: Provenance()).json
        try OutputText.write(comparison.json(provenance: provenance).text(.pretty) + "\n", to: path)
      }
      return comparison
    }
    run.warn(comparison.warnings)
    try run.printResult(comparison.json(), text: comparison.table)
  }
}
