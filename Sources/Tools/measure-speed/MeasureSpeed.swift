import ArgumentParser
import CommandSupport
import ModelLoading
import OrderedJSON
import Tokens
import Transformer

/// Takes measurements on request, so that a benchmark can alternate them with those of others.
@main
struct MeasureSpeed: SutureCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure-speed",
    abstract: "Take the measurements that are asked for on standard input.",
    discussion: """
      Loads a model, then reads one request a line and answers each with one line of JSON that has \
      "seconds". The first example is the one that is measured. Requests:
        sgemm           product of two matrices of 2048 x 2048
        gradient        forward pass and the factors of all gradients
        spectra         singular values of all gradients of the last "gradient"
        vectors K       the same with the first K singular vectors
        dense K         singular values and first K vectors of formed matrices of a layer's shapes, by
                        the Gram matrix and, as "gesdd_seconds", by gesdd
        recovery R N    N recovery steps in the example's own subspace of rank R
        generate N      N new tokens at most for each of the prompts
        memory          the most memory that the process has had, in bytes
      """,
    version: toolVersion)

  @OptionGroup(title: "Model") var modelOptions: ModelOptions
  @OptionGroup(title: "Run") var runOptions: RunOptions

  @Option(help: ArgumentHelp("Examples, JSONL; the first is measured.", valueName: "file"))
  var examples: String

  @Option(help: ArgumentHelp("Prompts to continue, JSONL, CSV or TXT.", valueName: "file"))
  var prompts: String?

  func run() throws {
    let model = try modelOptions.open()
    let encoder = try model.encoderIfPresent()
    let loaded = try model.examples(examples, encoder: encoder, limit: 1, run: runOptions)
    guard let example = loaded.examples.first else {
      throw CommandError.invalidValue(flag: "--examples", value: examples, allowed: "one example")
    }
    let prompts = try prompts.map { try PromptTokens(reading: $0, encoder: encoder) }
    let lengths = prompts?.prompts.map(\.count) ?? []
    let language = try model.load(
      for: [
        .gradients([example.tokens.count]).repeated,
        .generation(lengths, newTokens: 256, batchSize: lengths.count),
      ], quiet: runOptions.quiet)
    let bench = Workbench(
      model: language, example: example, threads: runOptions.threadCount, prompts: prompts)
    while let line = readLine() {
      guard let request = Request(line) else {
        throw CommandError.invalidValue(
          flag: "standard input", value: line, allowed: "a request; see --help")
      }
      try StandardOutput.write(try bench.measure(request).text())
    }
  }
}
