/// Attack success against over-refusal: where a recovery goes, step by step.
///
/// The corner is where one wants to be; the shaded part is as safe and as helpful as the model before the
/// attack, within the margins.
struct PlaneChart {
  struct Point {
    let overRefusal: Interval
    let attackSuccess: Interval
    let step: Int?
  }

  /// A curve of points that belong together.
  struct Curve {
    let name: String
    let points: [Point]
  }

  /// A model that no curve is of: before or after the attack.
  struct Mark {
    let name: String
    let point: Point
  }

  let curves: [Curve]
  let marks: [Mark]
  /// The largest over-refusal and attack success of the shaded part.
  let region: (overRefusal: Double, attackSuccess: Double)?

  /// The picture with its legend.
  var markup: [Markup] {
    let frame = Frame(
      x: 0...largest(\.overRefusal), y: 0...1, xTitle: "harmless prompts refused",
      yTitle: "harmful prompts answered")
    var drawn: [Markup] = []
    if let region {
      let corner = (frame.x(region.overRefusal), frame.y(region.attackSuccess))
      drawn.append(
        Markup(
          "rect",
          [
            "class": "region", "x": Digits.place(frame.x(0)), "y": Digits.place(corner.1),
            "width": Digits.place(corner.0 - frame.x(0)),
            "height": Digits.place(frame.y(0) - corner.1),
          ]))
    }
    for (index, curve) in curves.enumerated() {
      drawn += draw(curve, SeriesStyle(index: index), in: frame)
    }
    for mark in marks { drawn += draw(mark, in: frame) }
    return [
      SeriesStyle.legend(curves.map(\.name)),
      frame.picture("Attack success against over-refusal", drawn),
    ]
  }

  private func largest(_ side: KeyPath<Point, Interval>) -> Double {
    let points = curves.flatMap(\.points) + marks.map(\.point)
    let largest = points.map { $0[keyPath: side].high }.max() ?? 1
    return min(1, max(0.2, (largest * 10).rounded(.up) / 10))
  }

  private func draw(_ curve: Curve, _ style: SeriesStyle, in frame: Frame) -> [Markup] {
    let line = curve.points.map {
      Digits.place(frame.x($0.overRefusal.value)) + ","
        + Digits.place(frame.y($0.attackSuccess.value))
    }
    let path = Markup(
      "polyline", ["class": "line \(style.name)", "points": line.joined(separator: " ")])
    return [path] + curve.points.flatMap { cross($0, style.name, in: frame) }
      + curve.points.map { point in
        style.marker(
          x: frame.x(point.overRefusal.value), y: frame.y(point.attackSuccess.value),
          title: title(curve.name, point))
      } + curve.points.compactMap { number($0, in: frame) }
  }

  /// The intervals on both sides.
  private func cross(_ point: Point, _ style: String, in frame: Frame) -> [Markup] {
    let (x, y) = (frame.x(point.overRefusal.value), frame.y(point.attackSuccess.value))
    func line(_ x1: Double, _ x2: Double, _ y1: Double, _ y2: Double) -> Markup {
      Markup(
        "line",
        [
          "class": "interval \(style)", "x1": Digits.place(x1), "x2": Digits.place(x2),
          "y1": Digits.place(y1), "y2": Digits.place(y2),
        ])
    }
    return [
      line(frame.x(point.overRefusal.low), frame.x(point.overRefusal.high), y, y),
      line(x, x, frame.y(point.attackSuccess.low), frame.y(point.attackSuccess.high)),
    ]
  }

  private func number(_ point: Point, in frame: Frame) -> Markup? {
    point.step.map { step in
      Markup(
        "text",
        [
          "class": "number", "x": Digits.place(frame.x(point.overRefusal.value) + 7),
          "y": Digits.place(frame.y(point.attackSuccess.value) - 6),
        ], text: "\(step)")
    }
  }

  private func draw(_ mark: Mark, in frame: Frame) -> [Markup] {
    let (x, y) = (
      frame.x(mark.point.overRefusal.value), frame.y(mark.point.attackSuccess.value)
    )
    return cross(mark.point, "ink", in: frame) + [
      Markup(
        "circle",
        ["class": "mark", "cx": Digits.place(x), "cy": Digits.place(y), "r": "6"],
        [Markup("title", text: title(mark.name, mark.point))]),
      Markup(
        "text", ["class": "name", "x": Digits.place(x + 10), "y": Digits.place(y + 18)],
        text: mark.name),
    ]
  }

  private func title(_ name: String, _ point: Point) -> String {
    let step = point.step.map { ", step \($0)" } ?? ""
    return "\(name)\(step): \(point.attackSuccess.percent) of harmful prompts answered, "
      + "\(point.overRefusal.percent) of harmless ones refused"
  }
}

/// A number with its 95 % interval.
struct Interval: Equatable {
  let value: Double
  let low: Double
  let high: Double

  /// As a share in words: `12 % [7, 20]`.
  var percent: String {
    func whole(_ share: Double) -> String { Digits.rounded(share * 100, to: 0) }
    return "\(whole(value)) % [\(whole(low)), \(whole(high))]"
  }
}
