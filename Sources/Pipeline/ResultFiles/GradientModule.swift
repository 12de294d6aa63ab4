import HDF5

/// A linear weight that has a gradient.
public struct GradientModule: Sendable, Equatable {
  /// Name of the module in the model, without `model.` and `.weight`: `layers.0.self_attn.q_proj`.
  public let name: String
  /// Decoder layer, from 0.
  public let layer: Int
  /// What the weight does in the layer: `q_proj`, `down_proj`, ...
  public let projection: String
  /// Rows of the weight.
  public let outFeatures: Int
  /// Columns of the weight.
  public let inFeatures: Int

  /// Creates a module.
  ///
  /// - Parameters:
  ///   - name: Name of the module in the model.
  ///   - layer: Decoder layer, from 0.
  ///   - projection: What the weight does in the layer.
  ///   - outFeatures: Rows of the weight.
  ///   - inFeatures: Columns of the weight.
  public init(name: String, layer: Int, projection: String, outFeatures: Int, inFeatures: Int) {
    self.name = name
    self.layer = layer
    self.projection = projection
    self.outFeatures = outFeatures
    self.inFeatures = inFeatures
  }
}

extension GradientModule {
  /// Names of the columns that describe a module.
  package static let columns = ["layer", "projection", "out_features", "in_features"]

  /// Writes the dimension scale `/module` and the coordinates along it.
  ///
  /// - Parameters:
  ///   - modules: The modules.
  ///   - root: Root group of a new file.
  /// - Throws: `HDF5Error.callFailed`.
  package static func write(_ modules: [GradientModule], to root: borrowing Group)
    throws(HDF5Error)
  {
    let scale = try root.writeScale(modules.map(\.name), as: "module")
    try root.write(modules.map { Int32(clamping: $0.layer) }, as: "layer", along: scale)
    try root.write(modules.map(\.projection), as: "projection", along: scale)
    try root.write(
      modules.map { Int32(clamping: $0.outFeatures) }, as: "out_features", along: scale)
    try root.write(modules.map { Int32(clamping: $0.inFeatures) }, as: "in_features", along: scale)
  }

  /// Reads what `write` writes.
  ///
  /// - Parameter root: Root group.
  /// - Returns: The rows of the tables.
  /// - Throws: `HDF5Error`, also for negative sizes, and for a name that is there twice: what belongs
  ///   to a module is found by its name.
  package static func read(from root: StoredGroup) throws(HDF5Error) -> [GradientModule] {
    let dataset = try root.dataset("module")
    let names = try dataset.readText()
    var known: Set<[UInt8]> = []
    for name in names where !known.insert(Array(name.utf8)).inserted {
      throw .invalidValue(
        path: dataset.path, expected: "different names", found: "'\(name)' twice")
    }
    let projections = try root.textColumn("projection", count: names.count)
    let layers = try root.countColumn("layer", count: names.count)
    let outFeatures = try root.countColumn("out_features", count: names.count)
    let inFeatures = try root.countColumn("in_features", count: names.count)
    return names.indices.map {
      GradientModule(
        name: names[$0], layer: layers[$0], projection: projections[$0],
        outFeatures: outFeatures[$0], inFeatures: inFeatures[$0])
    }
  }
}
