/// How a series looks: a colour of the page and a shape, so that neither is needed alone.
struct SeriesStyle {
  let index: Int

  /// Colours of the style sheet; more series than that share them and differ in shape.
  static let colours = 6

  /// The class that has the colour.
  var name: String { "s\(index % Self.colours)" }

  /// A marker of this style.
  func marker(x: Double, y: Double, size: Double = 5, title: String = "") -> Markup {
    let children = title.isEmpty ? [] : [Markup("title", text: title)]
    let shape = shape(x, y, size)
    return Markup("g", ["class": "marker \(name)"], children + [shape])
  }

  private func shape(_ x: Double, _ y: Double, _ size: Double) -> Markup {
    func polygon(_ points: [(Double, Double)]) -> Markup {
      let text = points.map {
        Digits.place(x + $0.0 * size) + "," + Digits.place(y + $0.1 * size)
      }
      return Markup("polygon", ["points": text.joined(separator: " ")])
    }
    switch index % 7 {
    case 0:
      return Markup(
        "circle",
        ["cx": Digits.place(x), "cy": Digits.place(y), "r": Digits.place(size * 0.95)])
    case 1: return polygon([(-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)])
    case 2: return polygon([(0, -1.2), (1.1, 0.8), (-1.1, 0.8)])
    case 3: return polygon([(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)])
    case 4: return polygon([(0, 1.2), (1.1, -0.8), (-1.1, -0.8)])
    case 5:
      return polygon([
        (-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4), (0.4, 1.2),
        (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4),
      ])
    default:
      return polygon([(-1.2, -0.5), (1.2, -0.5), (1.2, 0.5), (-1.2, 0.5)])
    }
  }

  /// A list of names with their markers.
  static func legend(_ names: [String]) -> Markup {
    Markup(
      "ul", ["class": "legend"],
      names.enumerated().map { index, name in
        Markup(
          "li", [:],
          [
            Markup(
              "svg",
              ["viewBox": "0 0 16 16", "width": "16", "height": "16", "aria-hidden": "true"],
              [SeriesStyle(index: index).marker(x: 8, y: 8)]), .text(name),
          ])
      })
  }
}
