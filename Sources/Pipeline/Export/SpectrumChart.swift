import Glibc
import HDF5
import OrderedJSON
import ResultFiles
import Spectra

/// Charts of how few components hold a gradient's energy, averaged over the examples.
///
/// The first is the cumulative energy against the component as a share of the trivial bound; the
/// second the rank at the first energy level against that bound, where the diagonal is full rank.
/// There is one panel a projection and one colour a layer. The amount of data depends on the number
/// of modules only: curves are sampled at fixed shares of the bound.
struct SpectrumChart {
  /// Shares of the rank bound at which the curves are sampled, closer to each other near 0.
  static let shares = (0...31).map { pow(256, Double($0 - 31) / 31) }

  private let modules: [GradientModule]
  private let energyLevel: Double
  private var energies: [[Double]]
  private var bounds: [Double]
  private var ranks: [Double]
  private var counts: [Double]

  /// Prepares to average spectra.
  init(modules: [GradientModule], energyLevel: Double) {
    self.modules = modules
    self.energyLevel = energyLevel
    energies = modules.map { _ in Self.shares.map { _ in 0 } }
    bounds = modules.map { _ in 0 }
    ranks = bounds
    counts = bounds
  }

  /// Takes in the spectra of one example; those without any component are left out.
  mutating func add(_ spectra: [ModuleSpectrum]) {
    for (module, spectrum) in spectra.enumerated() where spectrum.rankBound > 0 {
      let measures = SpectralMeasures(singularValues: spectrum.singularValues.map(Double.init))
      let bound = Double(spectrum.rankBound)
      for (index, share) in Self.shares.enumerated() {
        energies[module][index] += measures.energy(Int((share * bound).rounded(.up)))
      }
      bounds[module] += bound
      ranks[module] += Double(spectrum.rankAtEnergy.first ?? 0)
      counts[module] += 1
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
          "color": Self.colour,
          "detail": ["field": "module", "type": "nominal"],
        ],
      ],
    ]
  }

  private var rankChart: JSONValue {
    let limit = zip(bounds, counts).map { $1 > 0 ? $0 / $1 : 0 }.max() ?? 0
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
        "color": Self.colour,
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
    modules.indices.filter { counts[$0] > 0 }.flatMap { module in
      Self.shares.indices.map { index in
        [
          "module": .string(modules[module].name), "layer": .integer(modules[module].layer),
          "projection": .string(modules[module].projection),
          "share_of_bound": .rounded(Self.shares[index]),
          "energy": .rounded(energies[module][index] / counts[module]),
        ]
      }
    }
  }

  private var rankValues: [JSONValue] {
    modules.indices.filter { counts[$0] > 0 }.map { module in
      [
        "module": .string(modules[module].name), "layer": .integer(modules[module].layer),
        "projection": .string(modules[module].projection),
        "rank_bound": .rounded(bounds[module] / counts[module]),
        "rank": .rounded(ranks[module] / counts[module]),
      ]
    }
  }

  private static let panels: JSONValue = [
    "field": "projection", "type": "nominal", "title": "projection",
  ]

  private static let colour: JSONValue = [
    "field": "layer", "type": "quantitative", "title": "layer", "scale": ["scheme": "viridis"],
    "legend": ["tickMinStep": 1, "format": "d"],
  ]

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
    var chart = SpectrumChart(modules: modules, energyLevel: energyLevels.first ?? 0)
    for example in examples.indices {
      chart.add(
        try ExportError.reading { () throws(HDF5Error) in try spectra(of: .example(example)) })
    }
    let title = "\(provenance.model): gradients of \(examples.count) example(s)"
    var output = try ExportOutput(creating: path)
    try output.write(chart.specification(title: title).text(.pretty) + "\n")
    try output.close()
  }
}
