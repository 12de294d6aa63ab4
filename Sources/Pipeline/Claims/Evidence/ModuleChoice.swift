/// The modules that a recovery might move, where they are not all: `--layers` and `--projections` of its command.
package struct ModuleChoice: Sendable, Hashable, Comparable {
  /// As `--layers` had it, such as `0-3,7`; nil for all layers.
  package let layers: String?
  /// In the order of their names; nil for all projections.
  package let projections: [String]?

  /// Reads a command; nil where it does not choose.
  init?(_ command: CellCommand) {
    layers = command.values(of: "layers").last
    projections = command.values(of: "projections").last?.split(separator: ",").map(String.init)
      .sorted()
    if layers == nil, projections == nil { return nil }
  }

  /// Whether a module may move.
  package func contains(layer: Int, projection: String) -> Bool {
    (layers.map { Self.layers($0, contain: layer) } ?? true)
      && (projections?.contains(projection) ?? true)
  }

  /// `layers 0-3, q_proj`.
  package var text: String {
    ([layers.map { "layers \($0)" }].compactMap(\.self) + (projections ?? []))
      .joined(separator: ", ")
  }

  /// By the first layer, then by projections.
  package static func < (left: ModuleChoice, right: ModuleChoice) -> Bool {
    (left.firstLayer, left.text) < (right.firstLayer, right.text)
  }

  private var firstLayer: Int {
    layers.flatMap { Int($0.prefix { $0.isNumber }) } ?? .max
  }

  private static func layers(_ text: String, contain layer: Int) -> Bool {
    text.split(separator: ",").contains { part in
      let ends = part.split(separator: "-").compactMap { Int($0) }
      guard let first = ends.first, let last = ends.last else { return false }
      return first <= layer && layer <= last
    }
  }
}
