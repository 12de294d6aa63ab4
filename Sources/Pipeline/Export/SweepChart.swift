import OrderedJSON

/// Attack success against over-refusal, as a chart of curves.
struct SweepChart {
  let curves: SweepCurves

  /// A Vega-Lite 5 specification with its data inside.
  var specification: JSONValue {
    let records = curves.records
    let panels = SweepCurves.distinct(records.map(\.panel))
    let seeds = Set(curves.recovered.map(\.labels.seed)).count
    let columns = min(2, panels.count)
    let marks = ChartStyle.marks(
      "curve", title: .string(curves.hasRanks ? "rank of the update" : "recovery"),
      domain: curves.names,
      columns: curves.hasRanks ? 0 : 1)
    let width = columns == 1 ? 420 : 250
    let panel: JSONValue = [
      "width": .integer(width), "height": .integer(width),
      "layer": .array(layers(marks)),
    ]
    let sets =
      curves.setNames.count == 1 ? [curves.setNames[0] + "; 95 % intervals."] : ["95 % intervals."]
    return ChartStyle.specification(
      title: "Attack success against over-refusal",
      subtitle: [
        "\(curves.sweep): a line a \(curves.hasRanks ? "rank" : "recovery")"
          + (seeds > 1 ? " and seed (\(seeds) seeds)" : "")
          + ", from the attacked model (0) over the steps of its recovery.",
        "Best is the lower left; the grey star is the model before the attack.",
      ] + sets,
      charts: [
        .members(
          [("data", ["values": .array(records.map(\.json))])]
            + ChartStyle.panels("panel", panels, columns: columns, panel))
      ])
  }

  private func layers(_ marks: (colour: JSONValue, shape: JSONValue)) -> [JSONValue] {
    let x = Self.axis(SweepCurves.overRefusal, "over-refusal")
    let y = Self.axis(SweepCurves.attackSuccess, "attack success")
    let curve = Self.only("datum.state != 'before'")
    func interval(_ channels: [(String, JSONValue)], _ filter: JSONValue, _ colour: JSONValue)
      -> JSONValue
    {
      [
        "transform": filter, "mark": ["type": "rule", "strokeWidth": 1, "opacity": 0.3],
        "encoding": .members(channels + [("color", colour)]),
      ]
    }
    let across = [
      ("x", Self.axis("over_refusal_low", "over-refusal")),
      ("x2", ["field": "over_refusal_high"] as JSONValue), ("y", y),
    ]
    let along = [
      ("y", Self.axis("attack_success_low", "attack success")),
      ("y2", ["field": "attack_success_high"] as JSONValue), ("x", x),
    ]
    let before = Self.only("datum.state == 'before'")
    let grey: JSONValue = ["value": .string(ChartStyle.grey)]
    return [
      interval(across, before, grey), interval(along, before, grey),
      interval(across, curve, marks.colour), interval(along, curve, marks.colour),
      [
        "transform": curve, "mark": ["type": "line", "strokeWidth": 1.8, "opacity": 0.85],
        "encoding": [
          "x": x, "y": y, "color": marks.colour,
          "detail": ["field": "seed", "type": "nominal"],
          "order": ["field": "step", "type": "quantitative"],
        ],
      ],
      [
        "transform": before,
        "mark": [
          "type": "point", "shape": .string(Self.star), "filled": true, "size": 130, "opacity": 1,
          "tooltip": ["content": "data"],
        ],
        "encoding": ["x": x, "y": y, "color": grey],
      ],
      [
        "transform": curve,
        "mark": [
          "type": "point", "filled": true, "size": 55, "opacity": 1, "stroke": "white",
          "strokeWidth": 0.6, "tooltip": ["content": "data"],
        ],
        "encoding": ["x": x, "y": y, "color": marks.colour, "shape": marks.shape],
      ],
      [
        "transform": curve,
        "mark": ["type": "text", "align": "left", "dx": 6, "dy": -6, "fontSize": 10.5],
        "encoding": [
          "x": x, "y": y, "color": marks.colour,
          "text": ["field": "step", "type": "quantitative"],
        ],
      ],
    ]
  }

  /// Five points, from -1 to 1.
  private static let star =
    "M0,-1L0.24,-0.32L0.95,-0.31L0.38,0.12L0.59,0.81L0,0.4L-0.59,0.81L-0.38,0.12L-0.95,-0.31L-0.24,-0.32Z"

  private static func axis(_ field: String, _ title: String) -> JSONValue {
    [
      "field": .string(field), "type": "quantitative", "title": .string(title),
      "scale": ["domain": [0, 1]], "axis": ["format": "%", "tickCount": 5],
    ]
  }

  private static func only(_ condition: String) -> JSONValue { [["filter": .string(condition)]] }
}

extension SweepArray {
  /// Writes a Vega-Lite specification of attack success against over-refusal.
  ///
  /// - Parameter path: Where.
  /// - Throws: `ExportError`; `unsupported` when no recovery has both rates.
  func writeVegaLite(to path: String) throws(ExportError) {
    guard let curves = try SweepCurves(self) else {
      throw .unsupported(
        path: self.path, format: "vega-lite",
        reason: "no recovery in it has both an attack success and an over-refusal rate")
    }
    var output = try ExportOutput(creating: path)
    try output.write(SweepChart(curves: curves).specification.text(.pretty) + "\n")
    try output.close()
  }
}
