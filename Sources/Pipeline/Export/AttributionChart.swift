import OrderedJSON
import ResultFiles

/// A heat map of the share of each token in the leading components of a gradient.
///
/// Above it the energy of each component, beside it the energy that each token brings to these
/// components together. Blue and orange are told apart by people of any colour vision, and white is no
/// share at all.
struct AttributionChart {
  let attribution: TokenAttribution
  let components: Int

  /// A Vega-Lite 5 specification with its data inside.
  func specification(model: String) -> JSONValue {
    [
      "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
      "usermeta": ["format": "suture-plot"],
      "title": [
        "text": "Which token owns which direction",
        "subtitle": .string(
          "\(attribution.module.name) of \(model.split(separator: "/").last ?? ""), example \(attribution.example); * carries loss"
        ),
        "anchor": "start",
      ],
      "spacing": 8,
      "vconcat": [energyChart, ["spacing": 8, "hconcat": [heatMap, tokenChart]]],
      "config": [
        "view": ["stroke": .null], "axis": ["grid": false, "domain": false, "ticks": false],
      ],
    ]
  }
}

extension AttributionChart {
  private static let cell = 15

  private var width: JSONValue { .integer(max(components, 1) * Self.cell * 2) }
  private var height: JSONValue { .integer(max(attribution.tokenCount, 1) * Self.cell) }

  private var energyChart: JSONValue {
    [
      "width": width, "height": 50,
      "data": [
        "values": .array(
          (0..<components).map {
            ["component": .integer($0 + 1), "energy": .rounded(attribution.energy($0))]
          })
      ],
      "mark": ["type": "bar", "color": "#666666", "tooltip": true],
      "encoding": [
        "x": ["field": "component", "type": "ordinal", "axis": .null],
        "y": [
          "field": "energy", "type": "quantitative", "title": "energy",
          "axis": ["tickCount": 2, "format": "%"],
        ],
      ],
    ]
  }

  private var heatMap: JSONValue {
    [
      "width": width, "height": height,
      "data": ["values": .array(cells)],
      "mark": ["type": "rect", "tooltip": true],
      "encoding": [
        "x": [
          "field": "component", "type": "ordinal", "title": "component", "axis": ["labelAngle": 0],
        ],
        "y": Self.tokens,
        "color": [
          "field": "share", "type": "quantitative", "title": "share of the token",
          "scale": ["scheme": "blueorange", "domain": [-1, 1], "clamp": true],
          "legend": [
            "orient": "bottom", "gradientLength": 160, "format": ".1f",
            "values": [-1, -0.5, 0, 0.5, 1],
          ],
        ],
      ],
    ]
  }

  private var tokenChart: JSONValue {
    [
      "width": 90, "height": height,
      "data": [
        "values": .array(
          (0..<attribution.tokenCount).map {
            [
              "token": .integer($0), "label": .string(label($0)),
              "energy": .rounded(attribution.energyShare($0, components: components)),
            ]
          })
      ],
      "mark": ["type": "bar", "color": "#666666", "tooltip": true],
      "encoding": [
        "x": [
          "field": "energy", "type": "quantitative", "title": "energy brought",
          "axis": ["tickCount": 2, "format": "%"],
        ],
        "y": ["field": "label", "type": "ordinal", "sort": .null, "axis": .null],
      ],
    ]
  }

  private static let tokens: JSONValue = [
    "field": "label", "type": "ordinal", "sort": .null, "title": .null,
    "axis": ["labelFont": "monospace", "labelLimit": 220, "labelOverlap": false],
  ]

  private var cells: [JSONValue] {
    (0..<attribution.tokenCount).flatMap { token in
      (0..<components).compactMap { component in
        let share = Double(attribution.share(token, component))
        // Nothing has a share in a component that is rounding error: its column stays empty.
        if share.isNaN { return nil }
        return [
          "token": .integer(token), "label": .string(label(token)),
          "component": .integer(component + 1), "share": .rounded(share),
        ]
      }
    }
  }

  /// Place, mark and text, with spaces and line breaks to be seen; the place keeps equal texts apart.
  private func label(_ token: Int) -> String {
    var text = ""
    for scalar in attribution.text(token).unicodeScalars {
      switch scalar {
      case " ": text += "\u{B7}"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return "\(text) \(attribution.carriesLoss(token) ? "*" : " ")\(token)"
  }
}
