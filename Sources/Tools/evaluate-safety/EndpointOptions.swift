import ArgumentParser
import CommandSupport
import Endpoint
import OrderedJSON

/// Flags that name a server whose model answers the prompts.
struct EndpointOptions: ParsableArguments {
  /// Holds the key of the server.
  static let keyVariable = "SUTURE_ENDPOINT_KEY"

  @Option(
    help: ArgumentHelp(
      "Server of chat completions (vLLM, llama.cpp, OpenAI) that answers the prompts, such as "
        + "http://localhost:8000; its key, if it has one, is read from \(keyVariable).",
      valueName: "url"))
  var endpoint: String?

  @Option(help: ArgumentHelp("Name of the model at that server.", valueName: "name"))
  var endpointModel: String?

  func validate() throws {
    switch (endpoint, endpointModel) {
    case (nil, nil): return
    case (nil, _?): throw ValidationError("--endpoint-model needs --endpoint")
    case (_?, nil): throw ValidationError("--endpoint needs --endpoint-model")
    case (let url?, let model?):
      _ = try address(url, flag: "--endpoint")
      if model.isEmpty { throw ValidationError("--endpoint-model is empty") }
    }
  }

  /// The model at the server as a source of answers, or nil.
  ///
  /// - Parameters:
  ///   - requests: How it is asked.
  ///   - settings: How it answers.
  ///   - log: Where replies are kept.
  ///   - run: Warns of a key that everyone could read.
  /// - Returns: The source.
  /// - Throws: `EndpointKey.Fault`.
  func answers(
    _ requests: RequestOptions, _ settings: ChatSettings, log: () throws -> ReplyLog,
    _ run: RunOptions
  ) throws -> EndpointAnswers? {
    guard let endpoint, let endpointModel else { return nil }
    let service = try requests.service(
      address(endpoint, flag: "--endpoint"), keyIn: Self.keyVariable, log: log(), run)
    return EndpointAnswers(service, model: endpointModel, settings: settings)
  }
}
