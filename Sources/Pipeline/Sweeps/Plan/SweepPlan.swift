/// All cells of a sweep, in the order in which they can be made.
package struct SweepPlan: Sendable {
  /// The file that it is of.
  package let file: SweepFile
  /// Each identity once; what a cell reads stands before it.
  package let cells: [SweepCell]
  private let positions: [String: Int]
  private let versions: [SweepStage: String]

  /// Plans a sweep: looks every input up, hashes it, and starts nothing.
  ///
  /// - Parameters:
  ///   - file: The sweep file.
  ///   - tools: The flags of the tools.
  ///   - hashes: Digests of inputs.
  /// - Throws: `SweepError`.
  package init(
    _ file: SweepFile, tools: ToolTable, hashes: ContentHashes
  ) throws(SweepError) {
    try SweepSize.require(file)
    var planner = SweepPlanner(
      file: file, tools: tools, inputs: InputFinder(sweepPath: file.path, hashes: hashes))
    let list = try planner.plan()
    if list.cells.isEmpty {
      throw SweepError(
        .noCells("exclude and include leave no cell"),
        at: (file.exclude + file.include).first?.place, in: file.path)
    }
    self.file = file
    versions = Dictionary(
      uniqueKeysWithValues: SweepStage.allCases.map { ($0, tools[$0].version) })
    cells = list.cells.enumerated()
      .sorted { ($0.element.stage, $0.offset) < ($1.element.stage, $1.offset) }.map(\.element)
    positions = Dictionary(uniqueKeysWithValues: cells.enumerated().map { ($1.identity, $0) })
  }

  /// The cell of an identity.
  package func cell(_ identity: String) -> SweepCell? { positions[identity].map { cells[$0] } }

  /// Version of a stage's tool.
  package func toolVersion(of stage: SweepStage) -> String { versions[stage] ?? "" }

  /// The cells of a stage.
  package func cells(of stage: SweepStage) -> [SweepCell] { cells.filter { $0.stage == stage } }

  /// Some cells and all that they read, directly or not, in order.
  package func closure(of chosen: Set<String>) -> [SweepCell] {
    var needed = chosen
    for cell in cells.reversed() where needed.contains(cell.identity) {
      needed.formUnion(cell.dependencies)
    }
    return cells.filter { needed.contains($0.identity) }
  }
}
