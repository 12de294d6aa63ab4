import Checkpoints
import LinearAlgebra
import Tokens
import Transformer

/// How far a model is from what PyTorch computes of it in float64.
public struct Parity: Sendable {
  /// Name of the model's folder.
  public let name: String
  /// What `model_type` says.
  public let architecture: String
  /// The worst deviation of each quantity over all examples, in the order of `quantities`.
  public let checks: [Check]

  /// What is compared, with the largest deviation that float32 explains.
  ///
  /// PyTorch's own float32 pass deviates by up to 2.9e-5 (logits), 3.8e-6 (loss) and 7.4e-6
  /// (gradients) on models of these families; a wrong formula by 1e-2 and more.
  public static let quantities = [
    (name: "logits (absolute)", tolerance: 2e-4),
    (name: "loss (absolute)", tolerance: 3e-5),
    (name: "gradient (relative, Frobenius)", tolerance: 1e-4),
    (name: "singular values (of the largest)", tolerance: 1e-4),
    (name: "finite differences (relative)", tolerance: FiniteDifferences.tolerance),
  ]

  /// The models in a folder that have reference values.
  ///
  /// - Parameter folder: A folder of models.
  /// - Returns: The names of their folders, sorted.
  /// - Throws: `CheckpointError` when it cannot be read, `VerificationError.noReference`.
  public static func names(in folder: String) throws -> [String] {
    let names = try ModelFolder(at: folder).fileNames.filter { name in
      (try? ModelFolder(at: "\(folder)/\(name)"))?.fileNames.contains("expected.json") ?? false
    }
    guard !names.isEmpty else { throw VerificationError.noReference(path: folder) }
    return names
  }

  /// Compares a model.
  ///
  /// - Parameters:
  ///   - folder: The model with its reference values.
  ///   - name: What to call it.
  /// - Throws: `CheckpointError`, `ModelError`, `VerificationError.malformedReference`.
  public init(ofModelAt folder: String, name: String) throws {
    let reference = try ReferenceModel(at: folder)
    var errors = Array(repeating: 0.0, count: Self.quantities.count - 1)
    for index in reference.references.indices {
      let comparison = ExampleComparison(reference, example: index)
      for (quantity, error) in try comparison.errors().enumerated() {
        errors[quantity] = error.isNaN ? .nan : max(errors[quantity], error)
      }
    }
    let differences = try FiniteDifferences(reference.model, reference.references[0].example)
      .errors(of: reference.configuration.linearModules, seed: 0)
    errors.append(differences.contains(where: \.isNaN) ? .nan : differences.max() ?? .nan)
    self.name = name
    architecture = reference.configuration.architecture
    checks = zip(Self.quantities, errors).map {
      Check(name: "\(name), \($0.name)", error: $1, tolerance: $0.tolerance)
    }
  }
}

/// Compares one example.
private struct ExampleComparison {
  let reference: ReferenceModel
  let index: Int

  init(_ reference: ReferenceModel, example index: Int) {
    self.reference = reference
    self.index = index
  }

  /// The worst errors of logits, loss, gradients and singular values.
  func errors() throws -> [Double] {
    let expected = reference.references[index]
    let logits = try reference.model.logits(expected.example.tokens)
    let gradients = FormedGradients(reference, example: index)
    let loss = try reference.model.backpropagate(
      [expected.example], weights: [1], observer: gradients)[0]
    return [
      Self.largestDifference(logits, try reference.logits(ofExample: index)),
      abs(loss - expected.loss), gradients.worstGradient, gradients.worstSingularValue,
    ]
  }

  private static func largestDifference(
    _ found: borrowing Matrix, _ expected: borrowing Matrix
  ) -> Double {
    guard found.rows == expected.rows, found.columns == expected.columns else { return .nan }
    let differences = zip(found.elements, expected.elements).map { Double(abs($0 - $1)) }
    return differences.contains(where: \.isNaN) ? .nan : differences.max() ?? 0
  }
}

/// Forms the gradient of every module and compares it as it arises.
private final class FormedGradients: GradientObserver {
  private let reference: ReferenceModel
  private let index: Int
  private var seen = 0
  private var gradientError = 0.0
  private var singularValueError = 0.0

  init(_ reference: ReferenceModel, example index: Int) {
    self.reference = reference
    self.index = index
  }

  private var isComplete: Bool { seen == reference.configuration.linearModules.count }

  /// The largest relative error of a gradient; NaN unless all have been seen.
  var worstGradient: Double { isComplete ? gradientError : .nan }
  /// The largest error of a singular value as a part of the first one.
  var worstSingularValue: Double { isComplete ? singularValueError : .nan }

  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) throws {
    for module in reference.configuration.linearModules(ofLayer: layer) where module.site == site {
      let factor = outputGradient.copyingColumns(module.rows)
      var gradient = Matrix(rows: module.outFeatures, columns: module.inFeatures)
      gradient.multiply(factor, .transposed, by: input)
      let expected = try reference.gradient(of: module, example: index)
      let error = gradient.elements.map(Double.init)
        .relativeDifference(from: expected.elements.map(Double.init))
      gradientError = error.isNaN ? .nan : max(gradientError, error)
      try compareSingularValues(of: module, factor, input)
      seen += 1
    }
  }

  private func compareSingularValues(
    of module: LinearModule, _ left: borrowing Matrix, _ right: borrowing Matrix
  ) throws {
    let expected =
      reference.references[index].singularValues[module.checkpointName + ".weight"] ?? []
    guard let largest = expected.first else { return }
    let found = try FactoredSVD(rank: 0).decompose(left: left, right: right).singularValues
    guard found.count >= expected.count else {
      singularValueError = .nan
      return
    }
    for (one, other) in zip(found, expected) {
      singularValueError = max(singularValueError, abs(Double(one) - other) / largest)
    }
  }
}
