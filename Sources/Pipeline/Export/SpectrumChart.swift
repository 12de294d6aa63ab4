import HDF5
import OrderedJSON
import ResultFiles
import Spectra

/// Charts of how few components hold a gradient's energy, averaged over the examples.
///
/// The first is the cumulative energy against the component as a share of the trivial bound; the
/// second the rank at the first energy level against that bound, where the diagonal is full rank.
/// There is one panel a projection and one colour a layer, or with controls one a kind. The amount of
/// data depends on the number of modules only: curves are sampled at fixed shares of the bound.
struct SpectrumChart {
  private let modules: [GradientModule]
  private let energyLevel: Double
  private var averages: [SpectrumAverages]

  /// Prepares to average spectra.
  ///
  /// - Parameters:
  ///   - modules: The modules of the file.
  ///   - energyLevel: Energy whose rank is drawn.
  ///   - kinds: What is averaged apart; none without controls.
  init(modules: [GradientModule], energyLevel: Double, kinds: [String] = []) {
    self.modules = modules
    self.energyLevel = energyLevel
    let kinds: [String?] = kinds.isEmpty ? [nil] : kinds
    averages = kinds.map { SpectrumAverages(kind: $0, moduleCount: modules.count) }
  }

  /// Takes in the spectra of one example or control; those without any component are left out.
  mutating func add(_ spectra: [ModuleSpectrum], kind: String? = nil) {
    for index in averages.indices where averages[index].kind == kind {
      averages[index].add(spectra)
    }
  }

  /// The whole specification.
  ///
  /// - Parameter title: Shown above the charts.
  /// - Returns: A Vega-Lite 5 specification with its data inside.
  func specification(title: String) -> JSONValue {
    [
      "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
      "usermeta": ["format": "suture-plot"],
      "title": .string(title),
      "vconcat": [energyChart, rankChart],
      "resolve": ["scale": ["color": "shared"]],
      "config": ["view": ["continuousWidth": 200, "continuousHeight": 160]],
    ]
  }
}

extension SpectrumChart {
  private var energyChart: JSONValue {
    [
      "title": "Cumulative energy",
      "data": ["values": .array(energyValues)],
      "facet": Self.panels,
      "columns": 4,
      "spec": [
        "mark": ["type": "line", "tooltip": true],
        "encoding": [
          "x": Self.axis("share_of_bound", "component / trivial bound", zero: true),
          "y": [
            "field": "energy", "type": "quantitative", "title": "energy held",
            "scale": ["domain": [0, 1]],
          ],
          "color": colour,
          "detail": ["field": "module", "type": "nominal"],
        ],
      ],
    ]
  }

  private var rankChart: JSONValue {
    let limit = averages.map(\.largestBound).max() ?? 0
    let diagonal: JSONValue = [
      "data": ["values": [["x": 0], ["x": .number(limit)]]],
      "mark": ["type": "line", "color": "#999999", "strokeDash": [4, 4]],
      "encoding": [
        "x": ["field": "x", "type": "quantitative"], "y": ["field": "x", "type": "quantitative"],
      ],
    ]
    let points: JSONValue = [
      "mark": ["type": "point", "filled": true, "tooltip": true],
      "encoding": [
        "x": Self.axis("rank_bound", "trivial bound", zero: true),
        "y": Self.axis("rank", "rank at \(energyLevel) energy", zero: true),
        "color": colour,
      ],
    ]
    return [
      "title": .string("Rank at \(energyLevel) of the energy and trivial bound"),
      "data": ["values": .array(rankValues)],
      "facet": Self.panels,
      "columns": 4,
      "spec": ["layer": [diagonal, points]],
    ]
  }

  private var energyValues: [JSONValue] {
    values { average, module in
      SpectrumAverages.shares.indices.map { index in
        [
          ("share_of_bound", .rounded(SpectrumAverages.shares[index])),
          ("energy", .rounded(average.energy(module, index))),
        ]
      }
    }
  }

  private var rankValues: [JSONValue] {
    values { average, module in
      [
        [
          ("rank_bound", .rounded(average.bound(module))), ("rank", .rounded(average.rank(module))),
        ]
      ]
    }
  }

  /// Points of a chart, each with its module and kind.
  private func values(
    _ points: (SpectrumAverages, Int) -> [[(String, JSONValue)]]
  ) -> [JSONValue] {
    averages.flatMap { average in
      modules.indices.filter(average.hasModule).flatMap { module in
        points(average, module).map { point in
          .members(
            [
              ("module", .string(modules[module].name)), ("layer", .integer(modules[module].layer)),
              ("projection", .string(modules[module].projection)),
            ] + (average.kind.map { [("kind", .string($0))] } ?? []) + point)
        }
      }
    }
  }

  private static let panels: JSONValue = [
    "field": "projection", "type": "nominal", "title": "projection",
  ]

  /// Kinds are told apart where there are any.
  private var colour: JSONValue {
    if averages[0].kind != nil {
      return ["field": "kind", "type": "nominal", "title": "gradient of"]
    }
    return [
      "field": "layer", "type": "quantitative", "title": "layer", "scale": ["scheme": "viridis"],
      "legend": ["tickMinStep": 1, "format": "d"],
    ]
  }

  private static func axis(_ field: String, _ title: String, zero: Bool) -> JSONValue {
    [
      "field": .string(field), "type": "quantitative", "title": .string(title),
      "scale": ["zero": .bool(zero)],
    ]
  }
}

extension JSONValue {
  /// A number to six decimals, which no chart shows more of.
  static func rounded(_ number: Double) -> JSONValue {
    .number((number * 1e6).rounded() / 1e6)
  }
}

extension SpectraFile {
  /// Writes a Vega-Lite specification of the shares of an example's tokens.
  ///
  /// - Parameters:
  ///   - choice: Which example, module and components.
  ///   - path: Where.
  /// - Throws: `ExportError`.
  func writeVegaLite(_ choice: AttributionChoice, to path: String) throws(ExportError) {
    let found = try pictured(choice)
    let chart = AttributionChart(
      attribution: found, components: found.shownCount(choice.components))
    var output = try ExportOutput(creating: path)
    try output.write(chart.specification(model: provenance.model).text(.pretty) + "\n")
    try output.close()
  }

  /// Writes a Vega-Lite specification of the spectra of the examples.
  ///
  /// - Parameter path: Where.
  /// - Throws: `ExportError`.
  func writeVegaLite(to path: String) throws(ExportError) {
    var chart = SpectrumChart(
      modules: modules, energyLevel: energyLevels.first ?? 0, kinds: examples.kinds)
    for example in examples.indices {
      chart.add(
        try ExportError.reading { () throws(HDF5Error) in try spectra(of: .example(example)) },
        kind: examples[example].origin?.kind)
    }
    let count = examples.members(of: .mean).count
    let title =
      "\(provenance.model): gradients of \(count) example(s)"
      + (examples.kinds.count > 1 ? " and their controls" : "")
    var output = try ExportOutput(creating: path)
    try output.write(chart.specification(title: title).text(.pretty) + "\n")
    try output.close()
  }
}
