import OrderedJSON

/// Overlap of subspaces by layer, a panel a projection, beside the level that random subspaces have.
///
/// A curve is the mean over the pairs of a relation with its bootstrap interval, as the file has it; the
/// legend says how many pairs that are. All ranks are inside; a chart on a page lets choose among them.
struct OverlapChart {
  private let means: OverlapMeans
  private let rank: Int32

  /// Takes the overlaps; nil when there is none.
  init?(_ means: OverlapMeans) {
    guard let index = means.usualRank else { return nil }
    self.means = means
    rank = means.ranks[index]
  }

  /// A Vega-Lite 5 specification with its data inside.
  var specification: JSONValue {
    let choice: JSONValue = [
      "name": "rank", "value": .integer(Int(rank)),
      "bind": [
        "input": "select", "name": "rank ",
        "options": .array(means.ranks.map { .integer(Int($0)) }),
      ],
    ]
    return ChartStyle.specification(
      title: "Overlap of the leading \(rank) directions, layer by layer",
      subtitle: [
        "1 is the same subspace; the dashed line is the mean overlap of random ones.",
        "A curve is the mean over the pairs of a relation, a band its 95 % bootstrap interval.",
      ], params: [choice],
      charts: means.sides.map { side in
        chart(side, title: side.name == "u" ? "output side (U)" : "input side (V)")
      })
  }

  private func chart(_ side: OverlapMeans.Side, title: String) -> JSONValue {
    var projections: [String] = []
    for name in means.projections where !projections.contains(name) { projections.append(name) }
    let columns = min(3, projections.count)
    let marks = ChartStyle.marks(
      "pairs", title: .null, domain: means.relations.indices.map(label), columns: 1)
    let x: JSONValue = [
      "field": "layer", "type": "quantitative", "title": "layer",
      "axis": ["tickMinStep": 1, "format": "d"],
    ]
    func y(_ field: String) -> JSONValue {
      [
        "field": .string(field), "type": "quantitative", "title": "overlap",
        "scale": ["zero": true], "axis": ["tickCount": 4],
      ]
    }
    let layers: [JSONValue] = [
      [
        "mark": ["type": "area", "opacity": 0.15, "line": false],
        "encoding": ["x": x, "y": y("low"), "y2": ["field": "high"], "color": marks.colour],
      ],
      [
        "mark": [
          "type": "line", "color": .string(ChartStyle.grey), "strokeDash": [4, 3],
          "strokeWidth": 1.4,
        ],
        "encoding": ["x": x, "y": y("chance")],
      ],
      [
        "mark": ["type": "line", "strokeWidth": 1.6],
        "encoding": ["x": x, "y": y("mean"), "color": marks.colour],
      ],
      [
        "mark": [
          "type": "point", "filled": true, "size": 22, "opacity": 1,
          "tooltip": ["content": "data"],
        ],
        "encoding": [
          "x": x, "y": y("mean"), "color": marks.colour, "shape": marks.shape,
        ],
      ],
    ]
    return .members(
      [
        ("title", ["text": .string(title), "fontSize": 13.5, "anchor": "start"]),
        ("data", ["values": .array(records(side))]),
        ("transform", [["filter": "datum.rank == rank"]]),
      ]
        + ChartStyle.panels(
          "projection", projections, columns: columns,
          [
            "width": .integer(columns == 1 ? 420 : columns == 2 ? 250 : 160), "height": 120,
            "layer": .array(layers),
          ]))
  }

  private func label(_ relation: Int) -> String {
    let count = means.pairCounts[relation]
    return "\(means.relations[relation]) (\(count) \(count == 1 ? "pair" : "pairs"))"
  }

  private func records(_ side: OverlapMeans.Side) -> [JSONValue] {
    let (modules, ranks) = (means.modules.count, means.ranks.count)
    return side.mean.indices.compactMap { index in
      if side.mean[index].isNaN { return nil }
      let (row, rank) = index.quotientAndRemainder(dividingBy: ranks)
      let (relation, module) = row.quotientAndRemainder(dividingBy: modules)
      return [
        "relation": .string(means.relations[relation]), "pairs": .string(label(relation)),
        "module": .string(means.modules[module]), "layer": .integer(Int(means.layers[module])),
        "projection": .string(means.projections[module]), "rank": .integer(Int(means.ranks[rank])),
        "side": .string(side.name), "mean": .number(side.mean[index]),
        "low": .number(side.low[index]), "high": .number(side.high[index]),
        "chance": .number(side.chance[module * ranks + rank]),
      ]
    }
  }
}
