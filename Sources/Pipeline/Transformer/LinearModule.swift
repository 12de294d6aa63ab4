/// Where a linear weight sits in a decoder layer; the parts of one site share their input.
public enum LinearSite: Int, CaseIterable, Sendable {
  /// q, k and v, one below the other.
  case queryKeyValue
  /// The attention's output.
  case output
  /// gate and up, one below the other.
  case gateUp
  /// The MLP's output.
  case down
}

/// One linear weight of a decoder layer as the checkpoint stores it.
public struct LinearModule: Sendable, Hashable {
  /// Layer, from 0.
  public let layer: Int
  /// Name within its block, such as `q_proj`.
  public let projection: String
  /// The block, `self_attn` or `mlp`.
  public let block: String
  /// The matrix of the layer that holds it.
  public let site: LinearSite
  /// Its rows there; also its columns in that matrix's outputs.
  public let rows: Range<Int>
  /// Width of its input.
  public let inFeatures: Int

  /// Width of its output.
  public var outFeatures: Int { rows.count }
  /// The name used in our files, such as `layers.0.self_attn.q_proj`.
  public var name: String { "layers.\(layer).\(block).\(projection)" }
  /// The name in Hugging Face checkpoints without its suffix, as PEFT calls it.
  public var checkpointName: String { "model.\(name)" }
}

extension ModelConfiguration {
  /// All linear modules of a layer, in the order of the forward pass.
  ///
  /// - Parameter layer: Layer, from 0.
  /// - Returns: Seven modules, or four when the checkpoint fuses projections.
  public func linearModules(ofLayer layer: Int) -> [LinearModule] {
    let (queries, keys) = (headCount * headDimension, keyValueHeadCount * headDimension)
    var modules: [LinearModule] = []
    func add(_ site: LinearSite, _ block: String, _ inputs: Int, _ parts: [(String, Int)]) {
      var start = 0
      for (projection, outputs) in parts {
        modules.append(
          LinearModule(
            layer: layer, projection: projection, block: block, site: site,
            rows: start..<(start + outputs), inFeatures: inputs))
        start += outputs
      }
    }
    if fusesProjections {
      add(.queryKeyValue, "self_attn", hiddenSize, [("qkv_proj", queries + 2 * keys)])
    } else {
      add(
        .queryKeyValue, "self_attn", hiddenSize,
        [("q_proj", queries), ("k_proj", keys), ("v_proj", keys)])
    }
    add(.output, "self_attn", queries, [("o_proj", hiddenSize)])
    if fusesProjections {
      add(.gateUp, "mlp", hiddenSize, [("gate_up_proj", 2 * intermediateSize)])
    } else {
      add(
        .gateUp, "mlp", hiddenSize,
        [("gate_proj", intermediateSize), ("up_proj", intermediateSize)])
    }
    add(.down, "mlp", intermediateSize, [("down_proj", hiddenSize)])
    return modules
  }

  /// All linear modules of all layers.
  public var linearModules: [LinearModule] { (0..<layerCount).flatMap(linearModules(ofLayer:)) }

  /// True when the modules of a site have biases.
  func hasBias(_ site: LinearSite) -> Bool {
    switch site {
    case .queryKeyValue: queryKeyValueBias
    case .output: outputBias
    case .gateUp, .down: mlpBias
    }
  }
}
