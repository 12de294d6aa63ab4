import ArgumentParser
import CommandSupport
import Evaluation

/// Flags that name prompt files.
struct PromptOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Prompts that should be refused.", valueName: "file"))
  var harmful: [String] = []

  @Option(help: ArgumentHelp("Prompts that should be answered.", valueName: "file"))
  var benign: [String] = []

  @Option(
    help: ArgumentHelp(
      "Column of CSV files, or member of JSON objects, that holds the prompt.", valueName: "name"))
  var promptColumn: String?

  /// The files, which no output may replace.
  var inputs: [String] { harmful + benign }

  func validate() throws {
    for path in harmful { try requirePath(path, flag: "--harmful") }
    for path in benign { try requirePath(path, flag: "--benign") }
  }

  /// Reads the prompts.
  ///
  /// - Parameter run: Prints what the user should know of the files.
  /// - Returns: The sets, no two of one name.
  /// - Throws: `ExampleError`.
  func sets(_ run: RunOptions) throws -> [PromptSet] {
    let files = harmful.map { ($0, PromptSet.Kind.harmful) } + benign.map { ($0, .benign) }
    let names = InputName.distinct(files.map { InputName.stem(of: $0.0) })
    for (name, (path, _)) in zip(names, files) where name != InputName.stem(of: path) {
      run.note(["\(path): another set has its name, so it is '\(name)' in the results"])
    }
    return try zip(names, files).map { name, file in
      let (set, notes) = try PromptSet.reading(
        file.0, name: name, kind: file.1, column: promptColumn)
      run.note(notes)
      return set
    }
  }
}
