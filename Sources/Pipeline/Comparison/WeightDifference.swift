import Checkpoints
import Failures
import LinearAlgebra
import ModelLoading
import ResultFiles
import Transformer

/// What the weights of two models differ by, `W_model - W_other`, a matrix at a time.
///
/// Where the models have the same base and differ by adapters, the difference is a product of factors,
/// `sum s B A`, and its decomposition exact. Else both weights are read, subtracted and given to
/// `BlockKrylovSVD`, whose residual certifies the leading directions. Memory: 16 out in bytes a thread.
public struct WeightDifference: Sendable {
  private struct Side: Sendable {
    let path: String
    let checkpoint: Checkpoint
    let changes: [String: [LowRankMatrix]]
    let names: [String: String]

    init(_ model: OpenedModel) {
      path = model.choice.model
      checkpoint = model.checkpoint
      changes = model.adapterChanges()
      names = Dictionary(
        uniqueKeysWithValues: model.configuration.linearModules.map { ($0.name, $0.checkpointName) }
      )
    }
  }

  /// Whether the models differ by adapters alone.
  public let isFactored: Bool
  private let first: Side
  private let second: Side

  /// Takes two models.
  ///
  /// - Parameters:
  ///   - model: The one that is subtracted from.
  ///   - other: The one that is subtracted.
  /// - Throws: `CheckpointError`.
  public init(_ model: OpenedModel, minus other: OpenedModel) throws {
    first = Side(model)
    second = Side(other)
    isFactored = try model.checkpoint.fingerprint() == other.checkpoint.fingerprint()
  }

  /// The difference in a module with its leading directions.
  func gradient(_ module: GradientModule, rank: Int) throws(ComparisonError) -> ComparedGradient {
    do {
      return isFactored ? try factored(module, rank) : try formed(module, rank)
    } catch let error as ComparisonError {
      throw error
    } catch let error as any Failure {
      throw .model(kind: error.kind, error.description)
    } catch {
      throw .model(kind: .badData, "\(error)")
    }
  }

  private func name(_ module: GradientModule, in side: Side) throws(ComparisonError) -> String {
    guard let name = side.names[module.name] else {
      throw .nothingToCompare(path: side.path, reason: "it has no \(module.name)")
    }
    return name
  }

  private func factored(_ module: GradientModule, _ rank: Int) throws -> ComparedGradient {
    var left = Matrix(rows: 0, columns: module.outFeatures)
    var right = Matrix(rows: 0, columns: module.inFeatures)
    for (side, sign) in [(first, Float(1)), (second, -1)] {
      for change in side.changes[try name(module, in: side)] ?? [] {
        try requireShape(module, change.left.rows, change.right.columns, side)
        var outer = change.left.transposed()
        outer.scale(by: sign * change.scale)
        left = left.appending(outer)
        right = right.appending(change.right)
      }
    }
    let svd = try FactoredSVD(rank: rank).decompose(left: left, right: right)
    let rows = Array(0..<left.rows)
    return ComparedGradient(
      vectors: svd.vectors.resolved(svd.singularValues),
      factors: ComparedGradient.Factors(
        left: DoubleMatrix(left, rows: rows), right: DoubleMatrix(right, rows: rows)),
      residual: svd.certificate.residual)
  }

  private func formed(_ module: GradientModule, _ rank: Int) throws -> ComparedGradient {
    let rows = Array(0..<module.outFeatures)
    var difference = DoubleMatrix(rows: module.outFeatures, columns: module.inFeatures)
    for (side, sign) in [(first, 1.0), (second, -1)] {
      let key = try name(module, in: side)
      let weight = try side.checkpoint.matrix(named: key + ".weight")
      try requireShape(module, weight.rows, weight.columns, side)
      difference.add(weight, times: sign)
      for change in side.changes[key] ?? [] {
        difference.multiply(
          DoubleMatrix(change.left, rows: rows),
          by: DoubleMatrix(change.right, rows: Array(0..<change.innerDimension)),
          alpha: sign * Double(change.scale), beta: 1)
      }
    }
    let matrix = difference
    let svd = try BlockKrylovSVD(rank: rank).decompose(
      rows: matrix.rows, columns: matrix.columns,
      apply: { DoubleMatrix(product: $0, by: matrix, .transposed) },
      applyTransposed: { DoubleMatrix(product: $0, by: matrix) })
    return ComparedGradient(
      vectors: svd.vectors.resolved(svd.values),
      factors: ComparedGradient.Factors(formed: matrix), residual: svd.residual)
  }

  private func requireShape(_ module: GradientModule, _ rows: Int, _ columns: Int, _ side: Side)
    throws(ComparisonError)
  {
    if rows != module.outFeatures || columns != module.inFeatures {
      throw .shapesDiffer(
        path: side.path, module: module.name, shape: "\(rows) x \(columns)",
        other: "\(module.outFeatures) x \(module.inFeatures)")
    }
  }
}

extension Matrix {
  /// The rows of both.
  fileprivate consuming func appending(_ other: borrowing Matrix) -> Matrix {
    Matrix(
      rows: rows + other.rows, columns: columns, elements: elements + other.elements)
  }
}
