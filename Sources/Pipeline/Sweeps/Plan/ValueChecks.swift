/// Runs of tools that only check their flags: so that a value that a tool refuses is known before
/// anything is made.
package struct ValueChecks: Sendable {
  /// Cells whose flags are tried: every value of every key in one at least.
  package let cells: [SweepCell]
  private let path: String

  /// Beyond what every value needs, cells are tried for pairs of values until there are so many.
  private static let pairLimit = 60

  package init(_ plan: SweepPlan) {
    path = plan.file.path
    cells = SweepStage.allCases.flatMap { Self.choice(from: plan.cells(of: $0)) }
  }

  private static func choice(from cells: [SweepCell]) -> [SweepCell] {
    var chosen: [SweepCell] = []
    var isChosen: Set<String> = []
    var counts: [String: Int] = [:]
    for cell in cells {
      var isNew = false
      for word in words(of: cell) {
        counts[word, default: 0] += 1
        if counts[word] == 1 { isNew = true }
      }
      if isNew {
        chosen.append(cell)
        isChosen.insert(cell.identity)
      }
    }
    func pairs(of cell: SweepCell) -> [[String]] {
      // What all cells have is with every other value already.
      let words = words(of: cell).filter { counts[$0] != cells.count }
      return words.indices.flatMap { first in
        words[(first + 1)...].map { [words[first], $0] }
      }
    }
    var known: Set<[String]> = []
    for cell in chosen { known.formUnion(pairs(of: cell)) }
    for cell in cells where !isChosen.contains(cell.identity) {
      if chosen.count >= pairLimit { break }
      let new = pairs(of: cell).filter { known.insert($0).inserted }
      if !new.isEmpty { chosen.append(cell) }
    }
    return chosen
  }

  private static func words(of cell: SweepCell) -> [String] { cell.arguments.words { _ in "" } }

  /// The words of the run of a cell that only checks.
  package func words(of cell: SweepCell) -> [String] {
    cell.arguments.words { _ in "cell" } + ["--\(cell.stage.outputFlag)=output"]
  }

  /// What a tool said of a cell, as an error with the line of the value.
  ///
  /// - Parameters:
  ///   - message: What it printed on standard error.
  ///   - cell: The cell.
  /// - Returns: The error.
  package func refusal(_ message: String, of cell: SweepCell) -> SweepError {
    var text = message.split(separator: "\n").last.map(String.init) ?? "says nothing"
    if text.hasPrefix("error: ") { text.removeFirst(7) }
    if let range = text.ranges(of: " (see \(cell.stage.tool)").last {
      text = String(text[..<range.lowerBound])
    }
    let words = Set(text.split { !($0.isLetter || $0.isNumber || $0 == "-") }.map(String.init))
    let named = cell.arguments.filter { words.contains("--\($0.flag.name)") && $0.place != nil }
    // Of several flags in a message the one whose value is in it too, else the first that it names.
    let exact = named.first { argument in
      if case .text(let value)? = argument.value { text.contains("'\(value)'") } else { false }
    }
    let order = named.min { first, second in
      position(of: first, in: text) < position(of: second, in: text)
    }
    let place = (exact ?? order)?.place ?? cell.arguments.compactMap(\.place).max()
    return SweepError(.refused(tool: cell.stage.tool, message: text), at: place, in: path)
  }

  private func position(of argument: CellArgument, in text: String) -> Int {
    text.ranges(of: "--\(argument.flag.name)").first.map {
      text.distance(from: text.startIndex, to: $0.lowerBound)
    } ?? .max
  }
}
