import HDF5
import LinearAlgebra
import ResultFiles
import Spectra

/// Which attributions are exported; what is left open is chosen or, in tables, all of it.
public struct AttributionChoice: Sendable {
  /// Components that charts and tables for people show unless told otherwise.
  public static let shownComponents = 8

  /// Id of the example; a chart shows the first when absent.
  public var example: String?
  /// Name of the module; a chart shows that of the largest gradient when absent.
  public var module: String?
  /// Leading components that are shown; nil for the usual number in what people look at, and all in CSV.
  public var components: Int?

  /// Creates a choice.
  ///
  /// - Parameters:
  ///   - example: Id of the example.
  ///   - module: Name of the module.
  ///   - components: Leading components.
  public init(example: String? = nil, module: String? = nil, components: Int? = nil) {
    self.example = example
    self.module = module
    self.components = components
  }
}

/// Which token owns which direction: the shares of an example's tokens in the components of one gradient.
struct TokenAttribution {
  let example: String
  let exampleIndex: Int
  let module: GradientModule
  /// Nil in a file that does not hold them.
  let tokens: ExampleTokens?
  let spectrum: ModuleSpectrum
  /// Row after row.  // [T x k]
  private let shares: [Float]
  let tokenCount: Int
  let componentCount: Int

  init(_ file: SpectraFile, example: Int, module: Int) throws(HDF5Error) {
    let matrix = try file.attribution(example: example, module: module)
    self.example = file.examples[example].id
    exampleIndex = example
    self.module = file.modules[module]
    tokens = try file.tokens(example: example)
    spectrum = try file.spectra(of: .example(example), modules: module..<module + 1)[0]
    shares = matrix.elements
    tokenCount = matrix.rows
    componentCount = min(matrix.columns, spectrum.singularValues.count)
  }

  /// Share of a token in a component, from 0.
  func share(_ token: Int, _ component: Int) -> Float {
    shares[token * (shares.count / max(tokenCount, 1)) + component]
  }

  /// Share of a component in the energy, `s_i² / sum s²`.
  func energy(_ component: Int) -> Double {
    let value = Double(spectrum.singularValues[component])
    let norm = spectrum.frobeniusNorm
    return norm > 0 ? value / norm * (value / norm) : 0
  }

  /// Share of a token in the energy of the first components, `sum s_i² share_ti / sum s²`: over all
  /// components this is `<left_t right_tᵀ, G> / ||G||²`.
  func energyShare(_ token: Int, components: Int) -> Double {
    (0..<components).reduce(0) { sum, component in
      let share = Double(share(token, component))
      return share.isNaN ? sum : sum + energy(component) * share
    }
  }

  /// How many components people are shown.
  func shownCount(_ asked: Int?) -> Int {
    min(componentCount, asked ?? AttributionChoice.shownComponents)
  }

  func carriesLoss(_ token: Int) -> Bool { tokens?.answerMask[token] ?? false }

  /// The text of a token, or its number in angle brackets.
  func text(_ token: Int) -> String {
    if let text = tokens?.texts?[token] { return text }
    return tokens.map { "<\($0.ids[token])>" } ?? ""
  }
}

extension SpectraFile {
  /// The attributions that a choice allows, in the order of the file.
  func attributionPlaces(_ choice: AttributionChoice) throws(ExportError) -> [(
    example: Int, module: Int
  )] {
    let examples = try indices(of: choice.example, among: examples.map(\.id), "example")
    let modules = try indices(of: choice.module, among: modules.map(\.name), "module")
    var places: [(example: Int, module: Int)] = []
    for example in examples {
      for module in modules {
        let isThere = try ExportError.reading { () throws(HDF5Error) in
          try hasAttribution(example: example, module: module)
        }
        if isThere { places.append((example, module)) }
      }
    }
    if places.isEmpty {
      throw .unsupported(
        path: path, format: "attribution",
        reason: "there is none: decompose-gradients writes it with the singular vectors")
    }
    return places
  }

  /// The attribution that a picture shows: of the first example that there is, and of the module with
  /// the largest gradient where none was named.
  func pictured(_ choice: AttributionChoice) throws(ExportError) -> TokenAttribution {
    let places = try attributionPlaces(choice)
    return try ExportError.reading { () throws(HDF5Error) in
      let example = places[0].example
      let norms = try spectra(of: .example(example)).map(\.frobeniusNorm)
      let modules = places.filter { $0.example == example }.map(\.module)
      let largest = modules.max { norms[$0] < norms[$1] } ?? modules[0]
      return try TokenAttribution(self, example: example, module: largest)
    }
  }

  private func indices(of name: String?, among names: [String], _ kind: String)
    throws(ExportError) -> [Int]
  {
    guard let name else { return Array(names.indices) }
    let found = names.indices.filter { names[$0].utf8.elementsEqual(name.utf8) }
    if found.isEmpty {
      throw .unsupported(
        path: path, format: "attribution",
        reason: "there is no \(kind) '\(name)', but \(names.prefix(3).joined(separator: ", "))"
          + (names.count > 3 ? ", ..." : ""))
    }
    return found
  }

  /// Writes a row a token and component.
  ///
  /// - Parameters:
  ///   - choice: Which.
  ///   - path: Where.
  /// - Throws: `ExportError`.
  func writeAttributionCSV(_ choice: AttributionChoice, to path: String) throws(ExportError) {
    let places = try attributionPlaces(choice)
    var csv = try CSVTable(
      creating: path,
      columns: [
        "example", "example_index", "module", "layer", "projection", "token", "token_id", "text",
        "carries_loss", "component", "share",
      ])
    for place in places {
      let found = try ExportError.reading { () throws(HDF5Error) in
        try TokenAttribution(self, example: place.example, module: place.module)
      }
      let key = [
        found.example, "\(found.exampleIndex)", found.module.name, "\(found.module.layer)",
        found.module.projection,
      ]
      for token in 0..<found.tokenCount {
        let fields = [
          "\(token)", found.tokens.map { "\($0.ids[token])" } ?? "",
          found.tokens?.texts?[token] ?? "", found.carriesLoss(token) ? "1" : "0",
        ]
        for component in 0..<min(found.componentCount, choice.components ?? .max) {
          try csv.append(
            key + fields + ["\(component + 1)", csvField(found.share(token, component))])
        }
      }
    }
    try csv.close()
  }
}
