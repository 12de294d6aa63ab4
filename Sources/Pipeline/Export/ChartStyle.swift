import OrderedJSON

/// What the charts of sweeps and comparisons have in common.
///
/// They are about 600 pixels wide, so that their text can be read at that width and at twice of it. Whatever
/// is told apart by colour is told apart by shape, too.
enum ChartStyle {
  /// Ink, grey and the colours of the quickstart's figures: told apart by people of any colour vision, with
  /// the shapes.
  static let (ink, grey) = ("#1f2430", "#6b7280")
  private static let colours = [
    "#0b6e99", "#d9822b", "#7a4fa3", "#b5342c", "#5b8c3e", "#3d4756", "#c2a83e", "#8aa6c1",
  ]
  private static let shapes = [
    "circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-left",
    "triangle-right",
  ]

  /// A specification of charts below each other.
  static func specification(
    title: String, subtitle: [String], params: [JSONValue] = [], charts: [JSONValue]
  ) -> JSONValue {
    .members(
      [
        ("$schema", "https://vega.github.io/schema/vega-lite/v5.json"),
        ("usermeta", ["format": "suture-plot"]),
        (
          "title",
          [
            "text": .string(title), "subtitle": .array(subtitle.map { .string($0) }),
            "anchor": "start", "offset": 12,
          ]
        ),
      ] + (params.isEmpty ? [] : [("params", .array(params))])
        + [
          ("spacing", 18), ("vconcat", .array(charts)), ("config", configuration),
        ])
  }

  private static let configuration: JSONValue = [
    "background": "white", "font": "Liberation Sans, Helvetica, Arial, sans-serif",
    "view": ["stroke": "#d8dce3"],
    "title": [
      "color": .string(ink), "fontSize": 16, "subtitleColor": .string(grey),
      "subtitleFontSize": 12, "subtitlePadding": 5, "subtitleLineHeight": 15,
    ],
    "axis": [
      "labelColor": .string(grey), "titleColor": .string(ink), "titleFontWeight": "normal",
      "labelFontSize": 11, "titleFontSize": 12, "gridColor": "#eceff3", "domain": false,
      "tickColor": "#d8dce3",
    ],
    "legend": [
      "labelColor": .string(ink), "titleColor": .string(ink), "titleFontWeight": "normal",
      "labelFontSize": 12, "titleFontSize": 12, "labelLimit": 0, "symbolSize": 90,
      "symbolStrokeWidth": 2, "orient": "top", "direction": "horizontal",
    ],
    "header": ["labelColor": .string(ink), "labelFontSize": 12.5, "labelLimit": 0],
  ]

  /// Colour and shape of a field, with one legend for both.
  static func marks(
    _ field: String, title: JSONValue, domain: [String], columns: Int = 0
  ) -> (colour: JSONValue, shape: JSONValue) {
    func channel(_ range: [String]) -> JSONValue {
      [
        "field": .string(field), "type": "nominal",
        "scale": [
          "domain": .array(domain.map { .string($0) }),
          "range": .array(domain.indices.map { .string(range[$0 % range.count]) }),
        ],
        "legend": [
          "title": title, "columns": .integer(columns), "symbolLimit": 0, "symbolOpacity": 1,
        ],
      ]
    }
    return (channel(colours), channel(shapes))
  }

  /// Panels side by side in the order of their names' first appearance.
  static func panels(_ field: String, _ names: [String], columns: Int, _ chart: JSONValue)
    -> [(String, JSONValue)]
  {
    [
      (
        "facet",
        [
          "field": .string(field), "type": "nominal",
          "sort": .array(names.map { .string($0) }), "title": .null,
        ]
      ), ("columns", .integer(columns)), ("spacing", 14), ("spec", chart),
    ]
  }
}
