/// Layers against projections, a cell a weight matrix.
struct HeatMap {
  let measure: String
  let layers: [Int]
  let projections: [String]
  /// By layer, then projection; nil where there is no such matrix.
  let values: [[Double?]]
  let range: ClosedRange<Double>
  /// Written below the low end, the middle and the high end of the scale.
  var note = ""

  private static let left = 46.0
  private static let top = 26.0
  private static let cell = (width: 78.0, height: 15.0)

  /// The picture with its scale.
  var markup: Markup {
    let width = Self.left + Double(projections.count) * Self.cell.width + 16
    let height = Self.top + Double(layers.count) * Self.cell.height + 52
    var drawn: [Markup] = projections.enumerated().map { column, name in
      Markup(
        "text",
        [
          "class": "tick", "x": Digits.place(Self.left + (Double(column) + 0.5) * Self.cell.width),
          "y": Digits.place(Self.top - 8), "text-anchor": "middle",
        ], text: name)
    }
    for (row, layer) in layers.enumerated() {
      let y = Self.top + Double(row) * Self.cell.height
      if row % 5 == 0 || row == layers.count - 1 {
        drawn.append(
          Markup(
            "text",
            [
              "class": "tick", "x": Digits.place(Self.left - 8),
              "y": Digits.place(y + Self.cell.height - 3), "text-anchor": "end",
            ], text: "\(layer)"))
      }
      for (column, projection) in projections.enumerated() {
        guard values.indices.contains(row), values[row].indices.contains(column),
          let value = values[row][column]
        else { continue }
        drawn.append(
          Markup(
            "rect",
            [
              "x": Digits.place(Self.left + Double(column) * Self.cell.width + 1),
              "y": Digits.place(y), "width": Digits.place(Self.cell.width - 2),
              "height": Digits.place(Self.cell.height - 1), "fill": colour(of: value),
            ],
            [
              Markup(
                "title",
                text: "layer \(layer), \(projection): \(Digits.rounded(value, to: 3))")
            ]))
      }
    }
    drawn += key(at: height - 40, width: width)
    return Markup(
      "svg",
      [
        "viewBox": "0 0 \(Digits.place(width)) \(Digits.place(height))", "role": "img",
        "aria-label": measure,
      ], drawn)
  }

  private func key(at y: Double, width: Double) -> [Markup] {
    let steps = 40
    let length = min(260, width - Self.left - 16)
    let bars = (0..<steps).map { step in
      let share = (Double(step) + 0.5) / Double(steps)
      return Markup(
        "rect",
        [
          "x": Digits.place(Self.left + Double(step) * length / Double(steps)),
          "y": Digits.place(y), "width": Digits.place(length / Double(steps) + 0.5),
          "height": "10", "fill": Viridis.colour(share),
        ])
    }
    let ends = [
      (range.lowerBound, Self.left, "start"), (range.upperBound, Self.left + length, "end"),
    ]
    return bars
      + ends.map { value, x, anchor in
        Markup(
          "text",
          [
            "class": "tick", "x": Digits.place(x), "y": Digits.place(y + 26),
            "text-anchor": anchor,
          ], text: Digits.rounded(value, to: 3))
      } + [
        Markup(
          "text",
          [
            "class": "title", "x": Digits.place(Self.left + length / 2),
            "y": Digits.place(y + 26), "text-anchor": "middle",
          ], text: measure)
      ]
  }

  private func colour(of value: Double) -> String {
    let width = range.upperBound - range.lowerBound
    return Viridis.colour(width > 0 ? (value - range.lowerBound) / width : 0.5)
  }
}

/// Matplotlib's viridis (CC0), which is read alike by people who see colours differently and in grey.
enum Viridis {
  private static let stops: [(Double, Double, Double)] = [
    (68, 1, 84), (72, 40, 120), (62, 74, 137), (49, 104, 142), (38, 130, 142), (31, 158, 137),
    (53, 183, 121), (109, 205, 89), (180, 222, 44), (253, 231, 37),
  ]

  /// The colour of a share from 0 to 1.
  static func colour(_ share: Double) -> String {
    let place = min(max(share.isFinite ? share : 0, 0), 1) * Double(stops.count - 1)
    let index = min(Int(place), stops.count - 2)
    let rest = place - Double(index)
    let (low, high) = (stops[index], stops[index + 1])
    func mixed(_ first: Double, _ second: Double) -> Int {
      Int((first + rest * (second - first)).rounded())
    }
    return "rgb(\(mixed(low.0, high.0)),\(mixed(low.1, high.1)),\(mixed(low.2, high.2)))"
  }
}
