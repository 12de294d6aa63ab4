import CommandSupport
import Failures
import Selection
import Tokens

/// A ranking for people: a line a candidate, where a random pick stands, how the scores agree.
struct RankingTable {
  let ranking: Ranking

  var text: String {
    var lines = [row(["place", "candidate", "tokens", "loss"] + columns.map(\.name))]
    for (place, index) in ranking.order.enumerated() {
      let candidate = ranking.candidates[index]
      lines.append(
        row(
          [
            "\(place + 1)", candidate.id.onOneLine, "\(candidate.tokens.count)",
            digits(ranking.losses[index]),
          ]
            + columns.map { digits($0.values[index]) }))
    }
    for (name, value) in [
      ("random pick, mean", { $0.mean }), ("lower quartile", { $0.quantiles[1] }),
      ("median", { $0.quantiles[2] }), ("upper quartile", { $0.quantiles[3] }),
    ] as [(String, (ScoreDistribution) -> Double)] {
      lines.append(
        row(
          ["", name, "", ""] + columns.map { digits(value(ScoreDistribution($0.values))) }))
    }
    for correlation in ranking.correlations {
      lines.append(
        "Spearman of \(correlation.first) and \(correlation.second): "
          + "\(digits(correlation.value)) over \(counted(correlation.count, "candidates"))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The scores, and both sides of the objective as they were measured.
  private var columns: [Ranking.Score] {
    var columns = ranking.allScores.filter { $0.name != "objective" }
    if ranking.measurements.isEmpty { return columns }
    func measured(_ name: String, _ value: (BilevelMeasurement) -> Double?) {
      columns.append(
        Ranking.Score(
          name: name,
          values: ranking.candidates.indices.map {
            ranking.measurements[$0].flatMap(value) ?? .nan
          }))
    }
    measured("pool loss") { $0.poolLoss }
    measured("benign KL") { $0.benignKL }
    measured("objective") { $0.objective }
    return columns
  }

  /// Cells in columns of a common width, the name of the candidate to the left.
  private func row(_ cells: [String]) -> String {
    cells.enumerated().map { column, cell in
      let width = column == 1 ? nameWidth : column == 0 ? 5 : 11
      let space = String(repeating: " ", count: max(0, width - cell.count))
      return column == 1 ? cell + space : space + cell
    }.joined(separator: " ")
  }

  private var nameWidth: Int {
    max(17, ranking.candidates.map { $0.id.onOneLine.count }.max() ?? 0)
  }

  /// Four significant digits, or a dash where there is no value.
  private func digits(_ value: Double) -> String {
    if value.isNaN { return "-" }
    guard value.isFinite, value != 0 else { return "\(value)" }
    var (scaled, exponent) = (abs(value), 0)
    while scaled >= 10, exponent < 400 { (scaled, exponent) = (scaled / 10, exponent + 1) }
    while scaled < 1, exponent > -400 { (scaled, exponent) = (scaled * 10, exponent - 1) }
    let places = max(0, 3 - exponent)
    if exponent >= 6 || exponent < -4 {
      let mantissa = (scaled * 1000).rounded() / 1000
      return "\(value < 0 ? "-" : "")\(mantissa)e\(exponent)"
    }
    var unit = 1.0
    for _ in 0..<places { unit *= 10 }
    let rounded = (value * unit).rounded() / unit
    return places == 0 ? "\(Int(rounded))" : "\(rounded)"
  }
}
