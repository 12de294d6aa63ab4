import Checkpoints
import Conversations
import Files
import ModelFiles
import OrderedJSON
import Tokenization
import Transformer

extension OpenedModel {
  /// Writes a model as a folder in the Hugging Face layout, with its weights in float32.
  ///
  /// Configuration, tokenizer and chat template come along; what a GGUF file says in its metadata
  /// becomes those files.
  ///
  /// - Parameters:
  ///   - language: What became of this model.
  ///   - folder: An existing folder.
  /// - Throws: `CheckpointError`, `TokenizerError`, `OutputText.Fault`.
  public func save(_ language: LanguageModel, to folder: String) throws {
    try language.writeWeights(to: WeightsName.single.path(in: folder))
    var configuration = checkpoint.configuration.objectValue ?? JSONObject()
    // What the weights are by now, not what was said of others.
    configuration["quantization_config"] = nil
    if !language.configuration.tiesEmbeddings { configuration["tie_word_embeddings"] = false }
    configuration["torch_dtype"] = "float32"
    if configuration["dtype"] != nil { configuration["dtype"] = "float32" }
    try OutputText.write(
      JSONValue.object(configuration).text(.pretty) + "\n",
      to: DocumentName.configuration.path(in: folder))
    if let metadata = checkpoint.ggufMetadata {
      try saveTokenizer(of: metadata, to: folder)
    } else {
      try copyDocuments(to: folder)
    }
  }

  private func saveTokenizer(of metadata: JSONObject, to folder: String) throws {
    let tokenizer = try Tokenizer.tokenizerJSON(fromGGUF: metadata)
    try OutputText.write(tokenizer.text(), to: DocumentName.tokenizer.path(in: folder))
    let encoder = try choice.encoder(of: checkpoint)
    var configuration = encoder.specialTokens.variables
    configuration["tokenizer_class"] = "PreTrainedTokenizerFast"
    configuration["chat_template"] = encoder.templateSource.map { .string($0) }
    try OutputText.write(
      JSONValue.object(configuration).text(.pretty) + "\n",
      to: DocumentName.tokenizerConfiguration.path(in: folder))
  }

  private func copyDocuments(to folder: String) throws {
    let source = try ModelFolder(at: checkpoint.path)
    for document in DocumentName.allCases where document != .configuration {
      guard let text = try source.text(document) else { continue }
      try OutputText.write(text, to: document.path(in: folder))
    }
    guard let templates = try source.templateFolder() else { return }
    let target = try OutputText.createFolder(DocumentName.namedTemplates, in: folder)
    for name in templates.fileNames where name.hasSuffix(".jinja") {
      try OutputText.write(try templates.text(of: name), to: target + "/" + name)
    }
  }
}
