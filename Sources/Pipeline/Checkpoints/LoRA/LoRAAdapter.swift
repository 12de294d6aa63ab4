import LinearAlgebra
import ModelFiles

/// Low-rank changes to linear layers (Hu et al., 2021), in the folder format of Hugging Face's PEFT.
///
/// Each adapted layer computes with `W + (alpha / r) B A`. The folder holds `adapter_config.json`
/// and `adapter_model.safetensors`.
public struct LoRAAdapter: Sendable {
  /// The change to one layer.
  public final class Module: Sendable {
    /// A, applied to the inputs: r x in.
    public let a: Matrix
    /// B, which leads to the outputs: out x r.
    public let b: Matrix
    /// The change is scaled by alpha / r.
    public let alpha: Double

    /// Creates the change `(alpha / r) B A`.
    ///
    /// - Parameters:
    ///   - a: A, r x in.
    ///   - b: B, out x r.
    ///   - alpha: Scale times rank; the rank itself for a change of just `B A`.
    public init(a: consuming Matrix, b: consuming Matrix, alpha: Double) {
      precondition(
        a.rows == b.columns && a.rows > 0,
        "A \(a.rows) x \(a.columns), B \(b.rows) x \(b.columns)")
      self.a = a
      self.b = b
      self.alpha = alpha
    }

    /// The rank r.
    public var rank: Int { a.rows }

    /// The scale alpha / r.
    public var scaling: Float { Float(alpha / Double(rank)) }
  }

  /// The changes by the name of the layer in the base model, such as
  /// `model.layers.0.self_attn.q_proj`.
  public let modules: [String: Module]
  /// The base model that the adapter was made for: a path or hub id.
  public let baseModel: String?
  /// What a person should know of how the files were taken.
  public private(set) var notes: [String] = []
  /// Whole tensors in the file and the names that they have in the base model, whose values they
  /// must be.
  private(set) var wholeTensors: [(tensor: StoredTensor, baseName: String)] = []
  /// Modules that the settings say were saved whole.
  private(set) var savedModules: [String] = []

  /// Creates an adapter.
  ///
  /// - Parameters:
  ///   - modules: The changes by the name of the layer, at least one.
  ///   - baseModel: The model it is made for: a path or hub id.
  public init(modules: [String: Module], baseModel: String?) {
    precondition(!modules.isEmpty, "an adapter without modules")
    self.modules = modules
    self.baseModel = baseModel
  }

  /// Creates an adapter as it stands in a file.
  init(
    modules: [String: Module], settings: LoRASettings, notes: [String],
    wholeTensors: [(tensor: StoredTensor, baseName: String)]
  ) {
    self.init(modules: modules, baseModel: settings.baseModel)
    self.notes = notes
    self.wholeTensors = wholeTensors
    savedModules = settings.targets.savedModules
  }

  /// The names of the changed layers, sorted by their bytes.
  public var moduleNames: [String] {
    modules.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// What PEFT puts before the names of the base model.
  static let prefix = "base_model.model."
}
