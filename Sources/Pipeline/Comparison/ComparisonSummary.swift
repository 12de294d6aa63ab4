import OrderedJSON
import ResultFiles

/// The answer at a glance: for each relation, projection and third of the depth, the mean overlap beside
/// chance and the mean cosine.
public struct ComparisonSummary {
  private static let thirds = ["early", "middle", "late"]

  private struct Row {
    let projection: String
    /// Early, middle and late layers.
    let u: [Bootstrap.Estimate]
    let v: [Bootstrap.Estimate]
    let cosine: [Bootstrap.Estimate]
    let chance: (u: Double, v: Double)
  }

  private struct Section {
    let relation: String
    let pairCount: Int
    let rows: [Row]
    let cosine: Bootstrap.Estimate
  }

  private let rank: Int
  private let sections: [Section]

  /// Summarises results at the largest rank that half of the pairs have: few answer tokens leave few
  /// directions in the last layer.
  public init(_ results: ComparisonResults) {
    let ranks = results.ranks
    let index =
      ranks.indices.last { rank in
        let overlaps = results.modules.flatMap { $0.overlapU.map { $0[rank] } }
        return overlaps.count(where: \.isNaN) * 2 <= overlaps.count
      } ?? 0
    rank = ranks[index]
    let layers = results.comparison.modules.map(\.layer)
    let (first, count) = (layers.min() ?? 0, (layers.max() ?? 0) - (layers.min() ?? 0) + 1)
    var projections: [String] = []
    for module in results.comparison.modules where !projections.contains(module.projection) {
      projections.append(module.projection)
    }
    sections = results.comparison.pairing.relations.enumerated().map { relation, name in
      let bootstrap = results.bootstraps[relation]
      let rows = projections.map { projection in
        let own = results.comparison.modules.indices.filter {
          results.comparison.modules[$0].projection == projection
        }
        let parts = (0..<3).map { third in own.filter { (layers[$0] - first) * 3 / count == third }
        }
        let module = results.comparison.modules[own[0]]
        func means(_ side: KeyPath<ModuleComparison, [[Double]]>) -> [Bootstrap.Estimate] {
          parts.map { part in
            bootstrap.estimate { pair in
              mean(part.map { results.modules[$0][keyPath: side][pair][index] })
            }
          }
        }
        return Row(
          projection: projection, u: means(\.overlapU), v: means(\.overlapV),
          cosine: parts.map { part in bootstrap.estimate { results.cosine($0, over: part) } },
          chance: (
            results.chance(ranks[index], module.outFeatures),
            results.chance(ranks[index], module.inFeatures)
          ))
      }
      return Section(
        relation: name, pairCount: bootstrap.pairs.count, rows: rows,
        cosine: bootstrap.estimate { results.cosine($0, over: results.modules.indices) })
    }
  }

  /// A table for each relation.
  public var text: String {
    var lines: [String] = []
    for section in sections {
      lines.append(
        "\(section.relation), pairs: \(section.pairCount), cosine of all modules: "
          + interval(section.cosine))
      let heads = Self.thirds.map { left($0, 7) }.joined()
      lines.append(
        "  " + left("", 14) + left("U at \(rank)", 21) + left("chance", 9)
          + left("V at \(rank)", 21) + left("chance", 9) + "cosine")
      lines.append("  " + left("", 14) + heads + left("", 9) + heads + left("", 9) + heads)
      for row in section.rows {
        func three(_ estimates: [Bootstrap.Estimate]) -> String {
          estimates.map { left(decimals($0.mean), 7) }.joined()
        }
        lines.append(
          "  " + left(row.projection, 14) + three(row.u) + left(decimals(row.chance.u), 9)
            + three(row.v) + left(decimals(row.chance.v), 9) + three(row.cosine))
      }
      lines.append("")
    }
    return lines.map(trimmed).joined(separator: "\n")
  }

  /// The same with the intervals.
  public var json: JSONValue {
    .array(
      sections.map { section in
        [
          "relation": .string(section.relation), "pairs": .integer(section.pairCount),
          "rank": .integer(rank), "cosine_all": json(section.cosine),
          "projections": .array(
            section.rows.map { row in
              [
                "projection": .string(row.projection),
                "chance_u": .number(row.chance.u), "chance_v": .number(row.chance.v),
                "overlap_u": thirds(row.u), "overlap_v": thirds(row.v),
                "cosine": thirds(row.cosine),
              ]
            }),
        ]
      })
  }

  private func thirds(_ estimates: [Bootstrap.Estimate]) -> JSONValue {
    .object(
      JSONObject(
        zip(Self.thirds, estimates).map { JSONObject.Member(key: $0, value: json($1)) }))
  }

  private func json(_ estimate: Bootstrap.Estimate) -> JSONValue {
    [
      "mean": .number(estimate.mean), "low": .number(estimate.low), "high": .number(estimate.high),
    ]
  }
}

private func mean(_ values: [Double]) -> Double {
  let known = values.filter { !$0.isNaN }
  return known.isEmpty ? .nan : known.reduce(0, +) / Double(known.count)
}

private func interval(_ estimate: Bootstrap.Estimate) -> String {
  if estimate.low.isNaN { return decimals(estimate.mean) }
  return "\(decimals(estimate.mean)) [\(decimals(estimate.low)), \(decimals(estimate.high))]"
}

/// Two decimals; a dash for what is not known.
private func decimals(_ number: Double) -> String {
  if number.isNaN { return "-" }
  let thousandths = Int((abs(number) * 1000).rounded())
  let digits = "\(thousandths % 1000)"
  return (number < 0 && thousandths > 0 ? "-" : "") + "\(thousandths / 1000)."
    + String(repeating: "0", count: 3 - digits.count) + digits
}

private func left(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(1, width - text.count))
}

private func trimmed(_ line: String) -> String {
  var line = line
  while line.last == " " { line.removeLast() }
  return line
}
