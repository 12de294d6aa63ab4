import ArgumentParser
import ModelLoading
import Transformer

/// Flags that choose some of a model's linear modules.
public struct ModuleOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Layers to use, such as 0-3,7; the default is all.", valueName: "list"))
  var layers: LayerSelection?

  @Option(
    help: ArgumentHelp(
      "Projections to use, such as q_proj,down_proj; the default is all.", valueName: "list"))
  var projections: NameList?

  /// Creates options for the parser to fill in.
  public init() {}

  /// Whether some were chosen.
  public var isGiven: Bool { layers != nil || projections != nil }

  /// The chosen modules of a model.
  ///
  /// - Parameter model: The model.
  /// - Returns: Its modules in order, or nil for all where no flag is given.
  /// - Throws: `CommandError.invalidValue` for a layer or projection that the model does not have.
  public func modules(of model: OpenedModel) throws(CommandError) -> [LinearModule]? {
    guard isGiven else { return nil }
    try layers?.requireInside(layerCount: model.configuration.layerCount)
    let known = model.configuration.linearModules(ofLayer: 0).map(\.projection)
    for name in projections?.names ?? [] where !known.contains(name) {
      throw .invalidValue(
        flag: "--projections", value: name, allowed: known.joined(separator: ", "))
    }
    return model.configuration.linearModules.filter { module in
      (layers?.contains(module.layer) ?? true)
        && (projections?.names.contains(module.projection) ?? true)
    }
  }
}
