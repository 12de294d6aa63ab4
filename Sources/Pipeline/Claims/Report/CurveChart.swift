/// Curves over a common axis, each with the range that its examples or seeds span.
struct CurveChart {
  struct Point {
    let x: Double
    let y: Interval
  }

  struct Curve {
    let name: String
    let points: [Point]
  }

  let label: String
  let curves: [Curve]
  let x: ClosedRange<Double>
  let y: ClosedRange<Double>
  let xTitle: String
  let yTitle: String
  var isShare = false

  /// The picture with its legend.
  var markup: [Markup] {
    let frame = Frame(x: x, y: y, xTitle: xTitle, yTitle: yTitle, isShare: isShare)
    let drawn = curves.enumerated().flatMap { index, curve -> [Markup] in
      let style = SeriesStyle(index: index)
      let line = curve.points.map {
        Digits.place(frame.x($0.x)) + "," + Digits.place(frame.y($0.y.value))
      }
      return [
        Markup("polyline", ["class": "line \(style.name)", "points": line.joined(separator: " ")])
      ]
        + curve.points.flatMap { point -> [Markup] in
          [
            Markup(
              "line",
              [
                "class": "interval \(style.name)", "x1": Digits.place(frame.x(point.x)),
                "x2": Digits.place(frame.x(point.x)), "y1": Digits.place(frame.y(point.y.low)),
                "y2": Digits.place(frame.y(point.y.high)),
              ]),
            style.marker(
              x: frame.x(point.x), y: frame.y(point.y.value), size: 4,
              title: "\(curve.name): \(Digits.rounded(point.x, to: 3)), "
                + Digits.rounded(point.y.value, to: 3)),
          ]
        }
    }
    return [SeriesStyle.legend(curves.map(\.name)), frame.picture(label, drawn)]
  }
}
