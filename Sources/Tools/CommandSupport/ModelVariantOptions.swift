import ArgumentParser
import Conversations
import ModelLoading
import Transformer

/// Flags that say how a model is taken, whichever it is.
public struct ModelVariantOptions: ParsableArguments {
  /// Folders of LoRA adapters, applied in this order.
  @Option(
    name: .customLong("adapter"),
    help: ArgumentHelp(
      "Folder of a PEFT LoRA adapter to apply on top of the model; may be repeated.",
      valueName: "folder"))
  public var adapters: [String] = []

  /// A chat template that replaces the model's own.
  @Option(
    help: ArgumentHelp(
      "Chat template to use instead of the model's default: the name of another template of the "
        + "model, of a built-in one (chatml, gemma, llama-2, llama-3, mistral, phi-3), or a Jinja file.",
      valueName: "name|file"))
  public var chatTemplate: String?

  /// Variables for the chat template.
  @Option(
    name: .customLong("template-argument"),
    help: ArgumentHelp(
      "Variable for the chat template, such as enable_thinking=false; may be repeated. The value is JSON: "
        + "a text stands in double quotes.",
      valueName: "key=json"))
  public var templateArguments: [String] = []

  /// The memory that the process may use.
  @Option(
    help: ArgumentHelp(
      "Memory to use at most, such as 4GB or 800MiB; what does not fit is streamed from the model's "
        + "files or computed again. The default is nine tenths of what is available.",
      valueName: "size"))
  public var memoryLimit: ByteCount?

  /// The files and folders that these flags name, which no output may replace.
  public var inputs: [String] { adapters + (chatTemplate.map { [$0] } ?? []) }

  /// Creates options for the parser to fill in.
  public init() {}

  /// Checks what the parser cannot.
  ///
  /// - Throws: `CommandError.invalidValue` when a path is empty, `TemplateArgumentError`.
  public func validate() throws {
    for adapter in adapters { try requirePath(adapter, flag: "--adapter") }
    if let chatTemplate { try requirePath(chatTemplate, flag: "--chat-template") }
    _ = try TemplateArguments(parsing: templateArguments)
  }

  /// The variables for the chat template, which have been checked.
  public var arguments: TemplateArguments {
    (try? TemplateArguments(parsing: templateArguments)) ?? TemplateArguments()
  }

  /// What the flags choose of a model.
  ///
  /// - Parameter model: Folder, GGUF file or hub id.
  /// - Returns: The choice.
  func choice(of model: String) -> ModelChoice {
    ModelChoice(
      model: model, adapters: adapters, chatTemplate: chatTemplate,
      templateArguments: arguments, memoryLimit: memoryLimit)
  }
}
