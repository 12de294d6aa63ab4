/// A row an arm, a dot a seed: the same measure of things that are compared.
struct DotChart {
  struct Dot {
    let seed: Int
    let value: Interval
  }

  struct Row {
    let name: String
    let dots: [Dot]
  }

  /// A line across all rows: a model before or after the attack, chance.
  struct Reference {
    let name: String
    let value: Double
  }

  let measure: String
  let rows: [Row]
  var references: [Reference] = []
  var range: ClosedRange<Double> = 0...1
  var isShare = true

  private static let width = 640.0
  /// Width of a letter of a name, about.
  private static let letter = 7.0
  private static let right = 36.0
  private static let rowHeight = 34.0
  private static let top = 26.0
  private static let bottom = 44.0

  /// Room for the longest name.
  private var labels: Double {
    Double(rows.map(\.name.count).max() ?? 0) * Self.letter + 24
  }

  /// Names of lines that stand close to one another go to either side.
  private static func anchor(of place: Double, beside places: [Double]) -> String {
    let others = places.filter { $0 != place && abs($0 - place) < 10 * letter }
    guard let other = others.first else { return "middle" }
    return place < other ? "end" : "start"
  }

  /// The picture.
  var markup: Markup {
    let height = Self.top + Double(rows.count) * Self.rowHeight + Self.bottom
    let scale = Scale(values: range, places: labels...(Self.width - Self.right))
    let bottom = height - Self.bottom
    var drawn: [Markup] = scale.ticks.flatMap { tick in
      [
        vertical("grid", scale(tick), Self.top, bottom),
        Markup(
          "text",
          [
            "class": "tick", "x": Digits.place(scale(tick)), "y": Digits.place(bottom + 18),
            "text-anchor": "middle",
          ],
          text: isShare
            ? Digits.rounded(tick * 100, to: 0) + " %" : Digits.rounded(tick, to: 3)),
      ]
    }
    let places = references.map { scale($0.value) }
    for (reference, place) in zip(references, places) {
      drawn.append(vertical("reference", place, Self.top - 4, bottom))
      drawn.append(
        Markup(
          "text",
          [
            "class": "number", "x": Digits.place(place), "y": "14",
            "text-anchor": Self.anchor(of: place, beside: places),
          ], text: reference.name))
    }
    for (index, row) in rows.enumerated() {
      drawn += draw(row, at: Self.top + (Double(index) + 0.5) * Self.rowHeight, scale)
    }
    drawn.append(
      Markup(
        "text",
        [
          "class": "title", "x": Digits.place((labels + Self.width) / 2),
          "y": Digits.place(height - 8), "text-anchor": "middle",
        ], text: measure))
    return Markup(
      "svg",
      [
        "viewBox": "0 0 \(Digits.place(Self.width)) \(Digits.place(height))", "role": "img",
        "aria-label": measure,
      ], drawn)
  }

  private func vertical(_ style: String, _ x: Double, _ top: Double, _ bottom: Double) -> Markup {
    Markup(
      "line",
      [
        "class": style, "x1": Digits.place(x), "x2": Digits.place(x), "y1": Digits.place(top),
        "y2": Digits.place(bottom),
      ])
  }

  private func draw(_ row: Row, at middle: Double, _ scale: Scale) -> [Markup] {
    let name = Markup(
      "text",
      [
        "class": "name", "x": Digits.place(labels - 12), "y": Digits.place(middle + 4),
        "text-anchor": "end",
      ], text: row.name)
    let seeds = Set(row.dots.map(\.seed)).sorted()
    let gap = min(9, (Self.rowHeight - 10) / Double(max(row.dots.count, 1)))
    return [name]
      + row.dots.enumerated().flatMap { index, dot -> [Markup] in
        let y = middle + (Double(index) - Double(row.dots.count - 1) / 2) * gap
        let style = SeriesStyle(index: seeds.firstIndex(of: dot.seed) ?? 0)
        let title =
          "\(row.name), seed \(dot.seed): "
          + (isShare ? dot.value.percent : Digits.rounded(dot.value.value, to: 3))
        return [
          Markup(
            "line",
            [
              "class": "interval \(style.name)", "x1": Digits.place(scale(dot.value.low)),
              "x2": Digits.place(scale(dot.value.high)), "y1": Digits.place(y),
              "y2": Digits.place(y),
            ]),
          style.marker(x: scale(dot.value.value), y: y, size: 4, title: title),
        ]
      }
  }
}
