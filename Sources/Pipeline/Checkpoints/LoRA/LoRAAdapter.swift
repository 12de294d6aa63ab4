import LinearAlgebra
import ModelFiles

/// Low-rank changes to linear layers (Hu et al., 2021), in the folder format of Hugging Face's PEFT.
///
/// Each adapted layer computes with `W + (alpha / r) B A`: B, [out x r], is the left factor of its change,
/// A, [r x in], the right one, and alpha / r the scale. The folder holds `adapter_config.json`
/// and `adapter_model.safetensors`.
public struct LoRAAdapter: Sendable {
  /// The changes by the name of the layer in the base model, such as
  /// `model.layers.0.self_attn.q_proj`.
  public let modules: [String: LowRankMatrix]
  /// The base model that the adapter was made for: a path or hub id.
  public let baseModel: String?
  /// What a person should know of how the files were taken.
  public private(set) var notes: [String] = []
  /// Whole tensors in the file and the names that they have in the base model, whose values they
  /// must be.
  private(set) var wholeTensors: [(tensor: StoredTensor, baseName: String)] = []
  /// Modules that the settings say were saved whole.
  private(set) var savedModules: [String] = []
  /// Settings by which PEFT trains parameters that are no factors of a change.
  private var settingsBesidePairs: [String] = []

  /// Creates an adapter.
  ///
  /// - Parameters:
  ///   - modules: The changes by the name of the layer, at least one, with an inner dimension each.
  ///   - baseModel: The model it is made for: a path or hub id.
  public init(modules: [String: LowRankMatrix], baseModel: String?) {
    precondition(!modules.isEmpty, "an adapter without modules")
    self.modules = modules
    self.baseModel = baseModel
  }

  /// Creates an adapter as it stands in a file.
  init(
    modules: [String: LowRankMatrix], settings: LoRASettings, notes: [String],
    wholeTensors: [(tensor: StoredTensor, baseName: String)]
  ) {
    self.init(modules: modules, baseModel: settings.baseModel)
    self.notes = notes
    self.wholeTensors = wholeTensors
    savedModules = settings.targets.savedModules
    settingsBesidePairs = settings.settingsBesidePairs
  }

  /// Checks that the factors are all that was trained, so that their gradients are those of the adapter.
  ///
  /// - Parameter path: What to name in the error: the adapter's folder.
  /// - Throws: `CheckpointError.adapter` naming the setting by which other parameters are trained.
  public func requireFactorsAlone(path: String) throws(CheckpointError) {
    if let key = settingsBesidePairs.first { throw .adapter(path: path, .trainedWhole(key: key)) }
  }

  /// The names of the changed layers, sorted by their bytes.
  public var moduleNames: [String] {
    modules.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// What PEFT puts before the names of the base model.
  static let prefix = "base_model.model."
}
