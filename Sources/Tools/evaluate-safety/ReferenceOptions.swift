import ArgumentParser
import CommandSupport
import ModelLoading
import Transformer

/// Flags that name a model which the evaluated one is compared with.
struct ReferenceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Model that answers every prompt first; the divergence of the evaluated model's predictions from its "
        + "own is measured at the first answer token and along its answer.",
      valueName: "model"))
  var reference: String?

  @Option(
    name: .customLong("reference-adapter"),
    help: ArgumentHelp(
      "Folder of a PEFT LoRA adapter to apply on top of the reference; may be repeated.",
      valueName: "folder"))
  var adapters: [String] = []

  /// The files and folders that these flags name, which no output may replace.
  var inputs: [String] { (reference.map { [path(ofModel: $0)] } ?? []) + adapters }

  func validate() throws {
    if let reference { try requirePath(reference, flag: "--reference") }
    for adapter in adapters { try requirePath(adapter, flag: "--reference-adapter") }
    if reference == nil, !adapters.isEmpty {
      throw ValidationError("--reference-adapter needs --reference")
    }
  }

  /// What the flags choose, under the same limit on memory as the model's.
  func choice(memoryLimit: ByteCount?) -> ModelChoice? {
    reference.map { ModelChoice(model: $0, adapters: adapters, memoryLimit: memoryLimit) }
  }
}
