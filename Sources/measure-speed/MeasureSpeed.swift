import ArgumentParser
import CommandSupport
import Glibc
import LinearAlgebra
import OrderedJSON
import Transformer

/// Compares the time of a gradient pass with what this machine could do at best.
@main
struct MeasureSpeed: SutureCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure-speed",
    abstract: "Measure gradient passes against the floor that matrix products set.",
    discussion: """
      A forward pass and the gradients of its activations take 4 operations for every weight and \
      token. The floor is that number over the measured rate of sgemm; attention, norms and memory \
      come on top of it.
      """,
    version: toolVersion)

  @OptionGroup(title: "Model") var modelOptions: ModelOptions
  @OptionGroup(title: "Run") var runOptions: RunOptions

  @Option(
    help: ArgumentHelp("Number of tokens of a sequence; may be repeated.", valueName: "count"))
  var tokens: [Int] = [64, 256]

  @Option(
    help: ArgumentHelp("Passes of each length, of which the fastest counts.", valueName: "count"))
  var repeats = 3

  func validate() throws {
    for count in tokens { try requireValue(count, in: 2...1_000_000, flag: "--tokens") }
    try requireValue(repeats, in: 1...1000, flag: "--repeats")
  }

  func run() throws {
    let model = try modelOptions.open().load(
      for: tokens.map { .gradients([$0]) }, quiet: runOptions.quiet)
    let rate = sgemmRate()
    let passes = try tokens.map { try Pass(model, tokenCount: $0, repeats: repeats, rate: rate) }
    var result = JSONObject()
    result["threads"] = .integer(runOptions.threadCount)
    result["blas"] = .string(blasDescription)
    result["sgemm_gflops"] = .number(rate / 1e9)
    result["passes"] = .array(passes.map(\.json))
    result["peak_memory_mib"] = .integer(peakMemory >> 20)
    let lines = passes.map { $0.text + "\n" }.joined()
    try runOptions.printResult(
      .object(result),
      text: "sgemm: \(Int(rate / 1e9)) Gflop/s\n\(lines)memory: \(peakMemory >> 20) MiB at most")
  }

  /// Operations a second of a product of square matrices, the best of five.
  private func sgemmRate() -> Double {
    let size = 2048
    let factor = Matrix(rows: size, columns: size)
    var product = Matrix(rows: size, columns: size)
    let seconds = fastest(of: 5) { product.multiply(factor, by: factor) }
    return 2 * Double(size * size * size) / seconds
  }

  /// The most memory that the process has had, in bytes.
  private var peakMemory: Int {
    var usage = rusage()
    unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
    return usage.ru_maxrss << 10
  }
}

/// Forward pass and activation gradients of one sequence in which every token carries loss.
private struct Pass {
  let tokenCount: Int
  let seconds: Double
  let floorSeconds: Double

  init(_ model: LanguageModel, tokenCount: Int, repeats: Int, rate: Double) throws {
    let vocabulary = model.configuration.vocabularySize
    let tokens = (0..<tokenCount).map { Int32(($0 * 7919 + 1) % vocabulary) }
    let sequence = try LossSequence(tokens: tokens, carriesLoss: tokens.map { _ in true })
    try model.validate(tokens)
    self.tokenCount = tokenCount
    seconds = try fastest(of: repeats) {
      _ = try model.backpropagate([sequence], weights: [1], observer: Nobody())
    }
    let weights = model.configuration.linearModules.reduce(0) {
      $0 + $1.outFeatures * $1.inFeatures
    }
    let head = vocabulary * model.configuration.hiddenSize
    floorSeconds = 4 * Double(weights + head) * Double(tokenCount) / rate
  }

  var json: JSONValue {
    [
      "tokens": .integer(tokenCount), "seconds": .number(seconds),
      "floor_seconds": .number(floorSeconds), "ratio": .number(seconds / floorSeconds),
    ]
  }

  var text: String {
    "\(tokenCount) tokens: \(rounded: seconds) s, \(rounded: seconds / floorSeconds) times the floor"
  }
}

/// Looks at no gradient.
private final class Nobody: GradientObserver {
  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) {}
}

/// The seconds of the fastest of several runs.
private func fastest(of count: Int, _ body: () throws -> Void) rethrows -> Double {
  var best = Double.infinity
  for _ in 0..<count {
    let elapsed = try ContinuousClock().measure(body)
    best = min(best, elapsed / .seconds(1))
  }
  return best
}
