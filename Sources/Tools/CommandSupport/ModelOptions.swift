import ArgumentParser
import Checkpoints
import ModelLoading

/// Flags that name a model.
public struct ModelOptions: ParsableArguments {
  /// The model: folder, GGUF file or hub id.
  @Option(help: modelHelp)
  public var model: String

  /// How the model is taken.
  @OptionGroup public var variant: ModelVariantOptions

  /// Folders of LoRA adapters, applied in this order.
  public var adapters: [String] { variant.adapters }

  /// The files and folders that these flags name, which no output may replace.
  public var inputs: [String] {
    [path(ofModel: model)] + variant.inputs
  }

  /// Creates options for the parser to fill in.
  public init() {}

  /// Checks what the parser cannot.
  ///
  /// - Throws: `CommandError.invalidValue` when a path is empty.
  public func validate() throws {
    try requirePath(model, flag: "--model")
  }

  /// What the flags choose.
  public var choice: ModelChoice { variant.choice(of: model) }

  /// Opens the model and its adapters.
  ///
  /// - Returns: The model.
  /// - Throws: `CheckpointError`, `ModelError` with the path.
  public func open() throws -> OpenedModel { try choice.open() }
}

/// What `--model` takes.
let modelHelp = ArgumentHelp(
  "Model: a folder in the Hugging Face layout, a .gguf file, or a hub id such as "
    + "HuggingFaceTB/SmolLM2-135M-Instruct that is looked up in the local cache and never downloaded.",
  valueName: "model")

/// Where a model is, or the name itself where it is nowhere.
///
/// - Parameter model: A folder, a GGUF file or a hub id.
/// - Returns: The path.
public func path(ofModel model: String) -> String { (try? ModelLocation(of: model))?.path ?? model }
