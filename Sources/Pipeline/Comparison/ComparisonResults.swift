import HDF5
import ResultFiles

/// What was found: for each pair, module and rank, and the means over the pairs of a relation.
public struct ComparisonResults {
  let comparison: GradientComparison
  let modules: [ModuleComparison]
  let bootstraps: [Bootstrap]

  init(_ comparison: GradientComparison, _ modules: [ModuleComparison], seed: Int) {
    self.comparison = comparison
    self.modules = modules
    bootstraps = comparison.pairing.relations.indices.map {
      Bootstrap(relation: $0, of: comparison.pairing, seed: seed)
    }
  }

  /// Where the gradients come from.
  public var provenance: Provenance { comparison.provenance }

  /// Largest residual of the directions that were computed here; NaN where all were stored.
  public var residual: Double {
    modules.map(\.residual).filter { !$0.isNaN }.max() ?? .nan
  }

  var pairs: [ComparedPair] { comparison.pairing.pairs }
  var ranks: [Int] { comparison.ranks }

  /// The overlap that random subspaces have on average.
  func chance(_ rank: Int, _ dimension: Int) -> Double {
    min(Double(rank) / Double(max(dimension, 1)), 1)
  }

  /// Cosine over some modules as one vector.
  func cosine(_ pair: Int, over selection: some Sequence<Int>) -> Double {
    var sum = (inner: 0.0, first: 0.0, second: 0.0)
    for module in selection {
      let products = modules[module].products[pair]
      sum.inner += products.inner
      sum.first += products.first
      sum.second += products.second
    }
    return ModuleComparison.cosine(sum)
  }

  /// Writes a `suture-comparison` file.
  ///
  /// ```
  /// /pair /first /second string [P]   /pair_relation int32 [P]   /relation string [Q]
  /// /module /layer /projection /out_features /in_features [M]   /rank int32 [R]   /angle int32 [K]
  /// /overlap_u /overlap_v [P, M, R]   /chance_u /chance_v [M, R]
  /// /angle_u /angle_v [P, M, K]       radians, NaN past the rank
  /// /cosine [P, M]   /cosine_all [P]  NaN where the gradients themselves are not known
  /// /residual [M]                     largest of the directions that were computed, as of a difference
  /// /overlap_u_mean, _low, _high [Q, M, R]   /overlap_v_...   /cosine_... [Q, M]   /cosine_all_... [Q]
  /// ```
  ///
  /// - Parameters:
  ///   - path: Where; a file of that name is overwritten.
  ///   - provenance: Where the numbers come from.
  /// - Throws: `ComparisonError.file`.
  public func write(to path: String, provenance: Provenance) throws(ComparisonError) {
    try ComparisonError.ofFile { () throws(HDF5Error) in
      let file = try File(creating: path)
      try FileFormat.comparison.write(to: file.root)
      try provenance.write(to: file.root)
      try GradientModule.write(comparison.modules, to: file.root)
      try file.root.setCoordinates(
        GradientModule.columns + ["first", "second", "pair_relation"])
      try writeScales(to: file.root)
      try writePairs(to: file.root)
      try writeMeans(to: file.root)
      try file.close()
    }
  }

  private func writeScales(to root: borrowing Group) throws(HDF5Error) {
    try root.write(pairs.map { "\($0.names.first) ~ \($0.names.second)" }, as: "pair")
      .becomeScale(of: "pair")
    try root.write(comparison.pairing.relations, as: "relation").becomeScale(of: "relation")
    try root.write(ranks.map { Int32(clamping: $0) }, as: "rank").becomeScale(of: "rank")
    let angles = (1...max(ranks.last ?? 1, 1)).map { Int32(clamping: $0) }
    try root.write(angles, as: "angle").becomeScale(of: "angle")
  }

  private func writePairs(to root: borrowing Group) throws(HDF5Error) {
    for (name, values) in [
      ("first", pairs.map(\.names.first)), ("second", pairs.map(\.names.second)),
    ] {
      try root.write(values, as: name).attach(root.dataset("pair"), toAxis: 0, name: "pair")
    }
    try root.write(pairs.map { Int32(clamping: $0.relation) }, as: "pair_relation")
      .attach(root.dataset("pair"), toAxis: 0, name: "pair")
    try write(modules.map(\.residual), as: "residual", ["module"], to: root)
    let all = pairs.indices
    let byModule: [(String, (Int, ModuleComparison) -> [Double], String?)] = [
      ("overlap_u", { $1.overlapU[$0] }, "rank"), ("overlap_v", { $1.overlapV[$0] }, "rank"),
      ("angle_u", { $1.angleU[$0] }, "angle"), ("angle_v", { $1.angleV[$0] }, "angle"),
      ("cosine", { [$1.cosine($0)] }, nil),
    ]
    for (name, value, last) in byModule {
      let values = all.flatMap { pair in modules.flatMap { value(pair, $0) } }
      try write(values, as: name, ["pair", "module"] + (last.map { [$0] } ?? []), to: root)
    }
    try write(all.map { cosine($0, over: modules.indices) }, as: "cosine_all", ["pair"], to: root)
    for (name, dimension) in [
      ("chance_u", \GradientModule.outFeatures), ("chance_v", \GradientModule.inFeatures),
    ] {
      let values = comparison.modules.flatMap { module in
        ranks.map { chance($0, module[keyPath: dimension]) }
      }
      try write(values, as: name, ["module", "rank"], to: root)
    }
  }

  private func writeMeans(to root: borrowing Group) throws(HDF5Error) {
    for (name, side) in [
      ("overlap_u", \ModuleComparison.overlapU), ("overlap_v", \ModuleComparison.overlapV),
    ] {
      let estimates = bootstraps.flatMap { bootstrap in
        modules.flatMap { module in
          ranks.indices.map { rank in bootstrap.estimate { module[keyPath: side][$0][rank] } }
        }
      }
      try write(estimates, as: name, ["relation", "module", "rank"], to: root)
    }
    let cosines = bootstraps.flatMap { bootstrap in
      modules.map { module in bootstrap.estimate { module.cosine($0) } }
    }
    try write(cosines, as: "cosine", ["relation", "module"], to: root)
    let whole = bootstraps.map { bootstrap in
      bootstrap.estimate { cosine($0, over: modules.indices) }
    }
    try write(whole, as: "cosine_all", ["relation"], to: root)
  }

  private func write(
    _ estimates: [Bootstrap.Estimate], as name: String, _ dimensions: [String],
    to root: borrowing Group
  ) throws(HDF5Error) {
    try write(estimates.map(\.mean), as: name + "_mean", dimensions, to: root)
    try write(estimates.map(\.low), as: name + "_low", dimensions, to: root)
    try write(estimates.map(\.high), as: name + "_high", dimensions, to: root)
  }

  private func write(
    _ values: [Double], as name: String, _ dimensions: [String], to root: borrowing Group
  ) throws(HDF5Error) {
    let lengths = [
      "pair": pairs.count, "module": modules.count, "rank": ranks.count,
      "angle": max(ranks.last ?? 1, 1), "relation": bootstraps.count,
    ]
    let dataset = try root.write(
      values, as: name, shape: dimensions.map { lengths[$0] ?? 0 })
    for (axis, dimension) in dimensions.enumerated() {
      try dataset.attach(root.dataset(dimension), toAxis: axis, name: dimension)
    }
  }
}
