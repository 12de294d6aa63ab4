import ArgumentParser
import CommandSupport
import Conversations
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

  @Option(
    help: ArgumentHelp(
      "Column or member that holds the category; the default is category, SemanticCategory or type.",
      valueName: "name"))
  var categoryColumn: String?

  @Option(help: ArgumentHelp("Prompts to take of each file, the first ones.", valueName: "count"))
  var limit: Int?

  /// The files, which no output may replace.
  var inputs: [String] { harmful + benign }

  func validate() throws {
    for path in harmful { try requirePath(path, flag: "--harmful") }
    for path in benign { try requirePath(path, flag: "--benign") }
    if let limit { try requireValue(limit, atLeast: 1, flag: "--limit") }
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
    let readings = try zip(names, files).map { name, file in
      let reading = try PromptSet.reading(
        file.0, name: name, kind: file.1, columns: columns, limit: limit)
      run.note(reading.notes)
      return (path: file.0, reading: reading)
    }
    try requireCategories(readings.map { ($0.path, $0.reading.columnNames) }, run)
    return readings.map(\.reading.set)
  }

  /// Where prompts and categories stand.
  var columns: PromptColumnNames {
    PromptColumnNames(prompt: promptColumn, category: categoryColumn)
  }

  /// A column that was asked for is in one file at least; of the others it is said that they lack it.
  ///
  /// - Parameters:
  ///   - files: Their names, and those of their columns.
  ///   - run: Says it.
  /// - Throws: `ExampleError` where no file has the column.
  func requireCategories(
    _ files: [(path: String, columnNames: [String])], _ run: RunOptions
  ) throws {
    guard let categoryColumn else { return }
    let without = files.filter { file in
      !file.columnNames.contains { $0.lowercased() == categoryColumn.lowercased() }
    }
    if let (path, names) = without.first, without.count == files.count {
      throw ExampleError(.noCategoryColumn(found: names, wanted: categoryColumn), path: path)
    }
    run.note(without.map { "\($0.path): has no '\(categoryColumn)', so no rates by category" })
  }
}
