import Failures
import LinearAlgebra
import ResultFiles
import Synchronization

/// Compares the gradients of one or two files, module by module.
public struct GradientComparison: Sendable {
  /// The ranks that overlaps are taken at unless told otherwise.
  public static let defaultRanks = [1, 2, 4, 8, 16]
  /// Examples of a kind that are compared unless told otherwise.
  public static let defaultLimit = 16

  /// Where the results come from.
  public let provenance: Provenance
  /// The modules that are compared: those that all files have.
  public let modules: [GradientModule]
  /// What the user should know.
  public let notes: [String]
  let pairing: Pairing
  let ranks: [Int]
  private let files: [ComparedFile]
  private let difference: WeightDifference?
  /// For each module its index in each file.
  private let places: [[Int]]

  /// Finds what is compared with what.
  ///
  /// - Parameters:
  ///   - files: One or two.
  ///   - ranks: Ranks of overlaps, ascending; the largest also bounds the principal angles.
  ///   - limit: Examples of a kind that take part at most.
  ///   - difference: Whether all are compared with a difference of weights instead of each other.
  /// - Throws: `ComparisonError` where there is nothing to compare or shapes do not match.
  public init(
    _ files: [ComparedFile], ranks: [Int] = defaultRanks, limit: Int = defaultLimit,
    difference: WeightDifference? = nil
  ) throws(ComparisonError) {
    var modules: [GradientModule] = []
    var places: [[Int]] = []
    for (index, module) in files[0].modules.enumerated() {
      var place = [index]
      for other in files.dropFirst() {
        guard let found = other.modules.firstIndex(where: { $0.name == module.name }) else {
          continue
        }
        let twin = other.modules[found]
        if twin.outFeatures != module.outFeatures || twin.inFeatures != module.inFeatures {
          throw .shapesDiffer(
            path: other.path, module: module.name,
            shape: "\(twin.outFeatures) x \(twin.inFeatures)",
            other: "\(module.outFeatures) x \(module.inFeatures)")
        }
        place.append(found)
      }
      if place.count == files.count {
        modules.append(module)
        places.append(place)
      }
    }
    let last = files[files.count - 1]
    if modules.isEmpty {
      throw .nothingToCompare(path: last.path, reason: "no module is in both files")
    }
    pairing = Pairing(files, limit: limit, difference: difference != nil)
    if pairing.pairs.isEmpty {
      throw .nothingToCompare(
        path: last.path, reason: "there is one gradient (a second file, or --difference)")
    }
    var notes = pairing.notes
    if modules.count < files[0].modules.count {
      notes.append(
        "\(counted(files[0].modules.count - modules.count, "modules")) of \(files[0].path) are not in "
          + last.path)
    }
    let templates = files.map(\.provenance.chatTemplateSHA256)
    if templates.allSatisfy({ !$0.isEmpty }), Set(templates).count > 1 {
      notes.append(
        "\(files[0].path) and \(last.path) were made with different chat templates or template arguments"
      )
    }
    self.notes = notes
    self.difference = difference
    self.files = files
    self.modules = modules
    self.places = places
    self.ranks = ranks
    provenance = files[0].provenance
  }

  /// Compares.
  ///
  /// - Parameters:
  ///   - seed: Start of the bootstrap's random numbers.
  ///   - threads: Number of threads.
  ///   - progress: Called with the number of modules that are done.
  /// - Returns: All results.
  /// - Throws: `ComparisonError`, the first in the order of the modules.
  public func compare(
    seed: Int, threads: Int, progress: @Sendable (Int) -> Void = { _ in }
  ) throws(ComparisonError) -> ComparisonResults {
    struct State {
      var done: [Int: ModuleComparison] = [:]
      var failure: (index: Int, error: ComparisonError)?
    }
    let state = Mutex(State())
    // Formed differences are large: two at a time.
    let workers = difference?.isFactored == false ? min(threads, 2) : threads
    parallelFor(modules.count, threads: workers) { index in
      if state.withLock({ $0.failure != nil }) { return }
      do throws(ComparisonError) {
        let gradients = MemberGradients(
          files, modules: places[index], rank: ranks.last ?? 1, difference: difference)
        let result = try ModuleComparison(pairing.pairs, ranks: ranks, gradients: gradients)
        state.withLock {
          $0.done[index] = result
          progress($0.done.count)
        }
      } catch {
        state.withLock {
          if ($0.failure?.index ?? .max) > index { $0.failure = (index, error) }
        }
      }
    }
    let (done, failure) = state.withLock { ($0.done, $0.failure) }
    if let failure { throw failure.error }
    return ComparisonResults(self, modules.indices.compactMap { done[$0] }, seed: seed)
  }
}
