import LinearAlgebra
import OrderedCollections
import ResultFiles
import Transformer

/// The parameters whose gradients are wanted.
public enum GradientParameters: Sendable {
  /// The weights of linear modules.
  case weights
  /// The factors A and B of a LoRA adapter, `ΔW = s B A`, which the model has as its updates.
  ///
  ///     dA = s (D B)ᵀ X        a gradient of the module with D' = s D B for D
  ///     dB = s Dᵀ (X Aᵀ)       a gradient of the module with X' = s X Aᵀ for X
  ///
  /// Both are products of factors like those of weights, so that everything that is done with these is done
  /// with them. They stand in a file as `<module>.lora_A` and `<module>.lora_B`.
  case adapter(ModuleMatrices)

  /// Whether a module has such parameters.
  func belong(to module: LinearModule) -> Bool {
    switch self {
    case .weights: true
    case .adapter(let factors): factors[module] != nil
    }
  }

  /// The parameters of a module as a file lists them.
  func listed(of module: LinearModule) -> [GradientModule] {
    func row(_ suffix: String, _ outFeatures: Int, _ inFeatures: Int) -> GradientModule {
      GradientModule(
        name: module.name + suffix, layer: module.layer, projection: module.projection + suffix,
        outFeatures: outFeatures, inFeatures: inFeatures)
    }
    switch self {
    case .weights: return [row("", module.outFeatures, module.inFeatures)]
    case .adapter(let factors):
      guard let rank = factors[module]?.innerDimension else { return [] }
      return [
        row(".lora_A", rank, module.inFeatures), row(".lora_B", module.outFeatures, rank),
      ]
    }
  }

  /// The gradients of one row of the file at one site.
  ///
  /// - Parameters:
  ///   - row: Row of the file.
  ///   - id: Name of the example.
  ///   - input: X [T x in].
  ///   - errors: D of all modules of the site side by side [T x outputs].
  ///   - modules: The modules of the site that are wanted.
  /// - Returns: Those that share an input together.
  /// - Throws: `GradientError.nonFinite`.
  func gradients(
    row: Int, id: String, input: consuming Matrix, errors: consuming Matrix,
    modules: [SelectedModule]
  ) throws(GradientError) -> [SiteGradients] {
    guard case .adapter(let factors) = self else {
      let parts = modules.map {
        GradientPart(index: $0.index, name: $0.module.name, columns: $0.module.rows)
      }
      return [
        try SiteGradients(row: row, id: id, input: input, errors: errors, parts: parts)
      ]
    }
    let tokens = 0..<input.rows
    let ranks = modules.map { factors[$0.module]?.innerDimension ?? 0 }
    var gradients: [SiteGradients] = []
    var parts: [GradientPart] = []
    var projected = Matrix(uninitializedRows: input.rows, columns: ranks.reduce(0, +))
    for (selected, rank) in zip(modules, ranks) {
      guard let update = factors[selected.module] else { continue }
      let (module, start) = (selected.module, parts.last?.columns.upperBound ?? 0)
      parts.append(
        GradientPart(
          index: selected.index, name: module.name + ".lora_A", columns: start..<(start + rank)))
      projected.multiply(
        errors, Block(rows: tokens, columns: module.rows), by: update.left, update.left.wholeBlock,
        into: Block(rows: tokens, columns: start..<(start + rank)), alpha: update.scale)
      var inputs = Matrix(uninitializedRows: input.rows, columns: rank)
      inputs.multiply(input, by: update.right, .transposed, alpha: update.scale)
      let part = GradientPart(
        index: selected.index + 1, name: module.name + ".lora_B", columns: 0..<module.outFeatures)
      gradients.append(
        try SiteGradients(
          row: row, id: id, input: inputs, errors: errors.copyingColumns(module.rows),
          parts: [part]))
    }
    let first = try SiteGradients(row: row, id: id, input: input, errors: projected, parts: parts)
    return [first] + gradients
  }
}
