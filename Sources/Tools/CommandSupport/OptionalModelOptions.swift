import ArgumentParser
import ModelLoading

/// Flags that name a model, for commands that can do without one.
public struct OptionalModelOptions: ParsableArguments {
  /// The model: folder, GGUF file or hub id; nil where none is needed.
  @Option(help: modelHelp)
  public var model: String?

  /// How the model is taken.
  @OptionGroup public var variant: ModelVariantOptions

  /// The files and folders that these flags name, which no output may replace.
  public var inputs: [String] { (model.map { [path(ofModel: $0)] } ?? []) + variant.inputs }

  /// Creates options for the parser to fill in.
  public init() {}

  /// Checks what the parser cannot.
  ///
  /// - Throws: `CommandError.invalidValue` when a path is empty; `ValidationError` for adapters of no model.
  public func validate() throws {
    if let model { try requirePath(model, flag: "--model") }
    if model == nil, !variant.adapters.isEmpty { throw ValidationError("--adapter needs --model") }
  }

  /// Refuses to do without a model.
  ///
  /// - Throws: `ValidationError` when none is named.
  public func requireModel() throws {
    if model == nil { throw ValidationError("missing expected argument '--model <model>'") }
  }

  /// Opens the model and its adapters.
  ///
  /// - Returns: The model, or nil when none is named.
  /// - Throws: `CheckpointError`, `ModelError` with the path.
  public func open() throws -> OpenedModel? { try model.map { try variant.choice(of: $0).open() } }
}
