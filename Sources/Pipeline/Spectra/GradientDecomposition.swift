import LinearAlgebra
import ResultFiles
import SafetyGradients
import Synchronization

/// Decomposes all gradients of a file and their mean over the examples.
///
/// Modules are worked on in parallel. Each worker reads factors,
/// decomposes and hands over, so that one reads or writes while others compute. Results are written
/// in the order of the file, and numbers do not depend on the number of threads.
///
/// Memory: for each thread the factors and vectors of the modules that share an input, or, for the
/// mean over many examples, one gradient and its decomposition.
public struct GradientDecomposition: Sendable {
  /// Components that get vectors where no other number is asked for.
  public static let defaultRank = FactoredSVD().rank

  /// Finds the components and says how many get vectors.
  public var method: FactoredSVD
  /// Number of threads.
  public var threads: Int
  /// Whether the values of the means over the first 1, 2, 4 and so on of the examples are wanted.
  public var countsMeans: Bool

  /// Creates a decomposition.
  ///
  /// - Parameters:
  ///   - rank: Number of components whose vectors are stored; 0 for none.
  ///   - threads: Number of threads.
  ///   - countsMeans: Whether the values of the means over the first 1, 2, 4 and so on of the examples are wanted.
  public init(rank: Int = defaultRank, threads: Int, countsMeans: Bool = false) {
    method = FactoredSVD(rank: rank)
    method.findsShares = rank > 0
    self.threads = threads
    self.countsMeans = countsMeans
  }

  /// The number of gradients of a file, their means included; the mean of one is that one.
  ///
  /// - Parameter file: Factors of gradients.
  /// - Returns: What `DecompositionSummary.gradientCount` ends as.
  public func gradientCount(of file: GradientFile) -> Int {
    gradientCount(of: file.examples, moduleCount: file.modules.count)
  }

  /// The same by the tables of a file.
  func gradientCount(of examples: [GradientExample], moduleCount: Int) -> Int {
    let counts = examples.meanCounts.count
    return moduleCount
      * (examples.count + examples.properMeans.count + (countsMeans && counts > 1 ? counts : 0))
  }

  /// The number of gradients that `StreamedDecomposition` will find, means included.
  ///
  /// - Parameters:
  ///   - examples: The examples and their controls.
  ///   - modules: The weights that have gradients.
  /// - Returns: What `DecompositionSummary.gradientCount` ends as.
  public func gradientCount(of examples: ControlledExamples, modules: [GradientModule]) -> Int {
    gradientCount(of: examples.gradientExamples, moduleCount: modules.count)
  }

  /// Decomposes the gradients of a file into another, and completes that.
  ///
  /// - Parameters:
  ///   - file: Factors of gradients.
  ///   - writer: A new file for the same modules and examples.
  ///   - progress: Called with the number of gradients that are done and that there are.
  /// - Returns: How it went.
  /// - Throws: `SpectraError`, the first in the order of the file.
  @discardableResult
  public func decompose(
    _ file: GradientFile, into writer: consuming sending SpectraFileWriter,
    progress: @Sendable (Int, Int) -> Void = { _, _ in }
  ) throws(SpectraError) -> DecompositionSummary {
    let sources = try GradientSource.all(of: file)
    let total = gradientCount(of: file)
    let tables = file.tables(countsMeans: countsMeans)
    let output = Mutex(DecompositionOutput(writer))
    if method.rank > 0 {
      try output.withLock { state throws(SpectraError) in try state.writeTokens(of: file) }
    }
    parallelFor(sources.count, threads: threads) { index in
      if output.withLock({ $0.hasFailed }) { return }
      do throws(SpectraError) {
        let gradients = try sources[index].decomposed(from: file, tables, by: method)
        output.withLock {
          $0.accept(gradients, at: index)
          progress($0.summary.gradientCount, total)
        }
      } catch {
        output.withLock { $0.fail(error, at: index) }
      }
    }
    return try output.withLock { state throws(SpectraError) in try state.close() }
  }
}
