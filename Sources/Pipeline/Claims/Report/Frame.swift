/// The axes of a chart.
struct Frame {
  let width: Double
  let height: Double
  let x: Scale
  let y: Scale
  let xTitle: String
  let yTitle: String
  /// Whether the values are shares, which are written as percentages.
  var isShare = true

  private static let left = 58.0
  private static let right = 30.0
  private static let top = 12.0
  private static let bottom = 46.0

  /// A frame of a size with room for the labels.
  init(
    width: Double = 640, height: Double = 400, x: ClosedRange<Double>, y: ClosedRange<Double>,
    xTitle: String, yTitle: String, isShare: Bool = true
  ) {
    self.width = width
    self.height = height
    self.x = Scale(values: x, places: Self.left...(width - Self.right))
    self.y = Scale(values: y, places: Self.top...(height - Self.bottom), isReversed: true)
    self.xTitle = xTitle
    self.yTitle = yTitle
    self.isShare = isShare
  }

  /// The picture: axes, then what is drawn over them.
  ///
  /// - Parameters:
  ///   - label: What the picture is, for those who do not see it.
  ///   - marks: What is in it.
  /// - Returns: An `svg` element.
  func picture(_ label: String, _ marks: [Markup]) -> Markup {
    Markup(
      "svg",
      [
        "viewBox": "0 0 \(Digits.place(width)) \(Digits.place(height))", "role": "img",
        "aria-label": label,
      ], axes + marks)
  }

  private func label(_ value: Double) -> String {
    isShare ? Digits.rounded(value * 100, to: 0) + " %" : Digits.rounded(value, to: 3)
  }

  private var axes: [Markup] {
    let edges = (x.places, y.places)
    let vertical = x.ticks.flatMap { tick -> [Markup] in
      let place = Digits.place(x(tick))
      return [
        Markup(
          "line",
          [
            "class": "grid", "x1": place, "x2": place, "y1": Digits.place(edges.1.lowerBound),
            "y2": Digits.place(edges.1.upperBound),
          ]),
        Markup(
          "text",
          [
            "class": "tick", "x": place, "y": Digits.place(edges.1.upperBound + 18),
            "text-anchor": "middle",
          ], text: label(tick)),
      ]
    }
    let horizontal = y.ticks.flatMap { tick -> [Markup] in
      let place = Digits.place(y(tick))
      return [
        Markup(
          "line",
          [
            "class": "grid", "x1": Digits.place(edges.0.lowerBound),
            "x2": Digits.place(edges.0.upperBound), "y1": place, "y2": place,
          ]),
        Markup(
          "text",
          [
            "class": "tick", "x": Digits.place(edges.0.lowerBound - 8),
            "y": Digits.place(y(tick) + 4), "text-anchor": "end",
          ], text: label(tick)),
      ]
    }
    let middle = (edges.1.lowerBound + edges.1.upperBound) / 2
    let titles = [
      Markup(
        "text",
        [
          "class": "title", "x": Digits.place((edges.0.lowerBound + edges.0.upperBound) / 2),
          "y": Digits.place(height - 8), "text-anchor": "middle",
        ], text: xTitle),
      Markup(
        "text",
        [
          "class": "title", "text-anchor": "middle",
          "transform": "translate(14 \(Digits.place(middle))) rotate(-90)",
        ], text: yTitle),
    ]
    return vertical + horizontal + titles
  }
}
