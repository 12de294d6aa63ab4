import LinearAlgebra
import ResultFiles

/// The gradients of one module that take part, read and decomposed once each.
struct MemberGradients {
  private let files: [ComparedFile]
  /// Index of the module in each file.
  private let modules: [Int]
  private let rank: Int
  private let difference: WeightDifference?
  private var known: [ComparedMember: ComparedGradient] = [:]
  private var products: [[ComparedMember]: Double] = [:]

  init(
    _ files: [ComparedFile], modules: [Int], rank: Int, difference: WeightDifference?
  ) {
    self.files = files
    self.modules = modules
    self.rank = rank
    self.difference = difference
  }

  /// A gradient with its leading directions.
  mutating func gradient(_ member: ComparedMember) throws(ComparisonError) -> ComparedGradient {
    if let gradient = known[member] { return gradient }
    let gradient = try find(member)
    known[member] = gradient
    return gradient
  }

  /// Inner product of two gradients; nil where the factors of one are not known.
  mutating func innerProduct(_ first: ComparedMember, _ second: ComparedMember)
    throws(ComparisonError) -> Double?
  {
    let (left, right) = (parts(of: first), parts(of: second))
    var sum = 0.0
    for a in left {
      for b in right {
        guard let product = try partProduct(a, b) else { return nil }
        sum += product
      }
    }
    return sum / Double(left.count * right.count)
  }

  private mutating func partProduct(_ a: ComparedMember, _ b: ComparedMember)
    throws(ComparisonError) -> Double?
  {
    if let product = products[[a, b]] ?? products[[b, a]] { return product }
    guard let first = try gradient(a).factors, let second = try gradient(b).factors else {
      return nil
    }
    let product = first.innerProduct(with: second)
    products[[a, b]] = product
    return product
  }

  /// What a mean is of.
  private func parts(of member: ComparedMember) -> [ComparedMember] {
    guard case .mean(let file, let examples) = member else { return [member] }
    return examples.map { .example(file: file, $0) }
  }

  private mutating func find(_ member: ComparedMember) throws(ComparisonError) -> ComparedGradient {
    switch member {
    case .example(let file, let index):
      return try files[file].gradient(index, module: modules[file], rank: rank)
    case .storedMean(let file, let kind):
      guard let mean = try files[file].storedMean(kind, module: modules[file], rank: rank) else {
        throw .noVectors(path: files[file].path, member: "mean", module: name)
      }
      return mean
    case .difference:
      guard let difference else {
        throw .noVectors(path: files[0].path, member: "difference", module: name)
      }
      return try difference.gradient(files[0].modules[modules[0]], rank: rank)
    case .mean(let file, _): return try mean(file, parts(of: member))
    }
  }

  private var name: String { files[0].modules[modules[0]].name }

  /// The leading directions of a mean, by block Krylov from the factors of its parts: exact to its
  /// tolerance, and however many rows there are none is decomposed with all others.
  private mutating func mean(_ file: Int, _ parts: [ComparedMember]) throws(ComparisonError)
    -> ComparedGradient
  {
    var factors: [ComparedGradient.Factors] = []
    for part in parts {
      if let own = try gradient(part).factors { factors.append(own) }
    }
    let all = factors
    let module = files[file].modules[modules[file]]
    let scale = 1 / Double(max(all.count, 1))
    do throws(LinearAlgebraError) {
      let svd = try BlockKrylovSVD(rank: rank).decompose(
        rows: module.outFeatures, columns: module.inFeatures,
        apply: { vectors in
          var image = DoubleMatrix(rows: vectors.rows, columns: module.outFeatures)
          for part in all {
            let products = DoubleMatrix(product: vectors, by: part.right, .transposed)
            image.multiply(products, by: part.left, alpha: scale, beta: 1)
          }
          return image
        },
        applyTransposed: { vectors in
          var image = DoubleMatrix(rows: vectors.rows, columns: module.inFeatures)
          for part in all {
            let products = DoubleMatrix(product: vectors, by: part.left, .transposed)
            image.multiply(products, by: part.right, alpha: scale, beta: 1)
          }
          return image
        })
      return ComparedGradient(
        vectors: svd.vectors.resolved(svd.values), factors: nil, residual: svd.residual)
    } catch {
      throw .gradient(path: files[file].path, member: "mean", module: module.name, error)
    }
  }
}
