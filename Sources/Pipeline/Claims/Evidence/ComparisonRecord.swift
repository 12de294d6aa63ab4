import HDF5
import ResultFiles

/// What a file of `compare-subspaces` says: means over the pairs of each relation.
package struct ComparisonRecord: Sendable {
  /// The pairs that have something in common.
  package struct Relation: Sendable {
    /// Such as `example with the mean of the others`.
    package let name: String
    /// Signed cosine of the gradients, all modules as one vector; nil where it is not known.
    package let cosine: Estimate?
    /// Overlap of the left directions at the largest rank, the mean over modules.
    package let overlap: Double?
    /// The overlap that random directions have on average.
    package let chance: Double
  }

  package let path: String
  package let model: String
  package let rank: Int
  package let relations: [Relation]
  /// Overlap of each example with the mean of the others, where that was compared; the mean over modules.
  package let leaveOneOut: [String: Double]
  /// The same by module, in the order of the file.
  package let leaveOneOutByModule: [String: [Double]]
  /// Layer and projection of each module.
  package let modules: [(layer: Int, projection: String)]

  private static let format = FileFormat(name: "suture-comparison", version: 1)

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - shown: As people know it.
  /// - Throws: `HDF5Error`, also for another format.
  init(reading path: String, shown: String) throws(HDF5Error) {
    let root = try StoredFile(opening: path).root
    try Self.format.require(in: root)
    let names = try root.dataset("relation").readText()
    let modules = try root.dataset("module").readText().count
    let ranks = try root.dataset("rank").read(as: Int32.self)
    let pairs = try Pairs(root, modules: modules, ranks: ranks.count)
    let last = max(ranks.count - 1, 0)
    let overlaps = try Self.numbers("overlap_u_mean", root, [names.count, modules, ranks.count])
    let chances = try Self.numbers("chance_u", root, [modules, ranks.count])
    let cosines = try ["_mean", "_low", "_high"].map { (part) throws(HDF5Error) in
      try Self.numbers("cosine_all" + part, root, [names.count])
    }
    func mean(_ values: some Sequence<Double>) -> Double? {
      let finite = values.filter(\.isFinite)
      return finite.isEmpty ? nil : finite.reduce(0, +) / Double(finite.count)
    }
    let chance =
      ranks.isEmpty ? 0 : mean((0..<modules).map { chances[$0 * ranks.count + last] }) ?? 0
    relations = names.enumerated().map { index, name in
      let (low, high) = (cosines[1][index], cosines[2][index])
      let interval = low <= high ? low...high : nil
      return Relation(
        name: name,
        cosine: cosines[0][index].isFinite
          ? Estimate(
            value: cosines[0][index], interval: interval,
            count: pairs.relations.count { $0 == Int32(clamping: index) }, seeds: [])
          : nil,
        overlap: ranks.isEmpty
          ? nil
          : mean(
            (0..<modules).map { overlaps[(index * modules + $0) * ranks.count + last] }),
        chance: chance)
    }
    leaveOneOutByModule = pairs.leaveOneOut
    leaveOneOut = leaveOneOutByModule.compactMapValues { mean($0) }
    let layers = try root.dataset("layer")
    try layers.require(shape: [modules], "[modules]")
    let projections = try root.dataset("projection")
    try projections.require(shape: [modules], "[modules]")
    self.modules = zip(
      try layers.read(as: Int32.self).map(Int.init), try projections.readText()
    ).map { (layer: $0, projection: $1) }
    rank = Int(ranks.last ?? 0)
    model = try Provenance(from: root).modelFingerprint
    self.path = shown
  }

  fileprivate static func numbers(
    _ name: String, _ root: StoredGroup, _ shape: [Int]
  ) throws(HDF5Error) -> [Double] {
    let dataset = try root.dataset(name)
    try dataset.require(shape: shape, "as many as there are relations, modules and ranks")
    return try dataset.read(as: Double.self)
  }
}

/// The pairs of a comparison.
private struct Pairs {
  let relations: [Int32]
  private let first: [String]
  private let second: [String]
  private let overlaps: [Double]
  private let modules: Int
  private let ranks: Int

  init(_ root: StoredGroup, modules: Int, ranks: Int) throws(HDF5Error) {
    first = try root.dataset("first").readText()
    second = try root.dataset("second").readText()
    let places = try root.dataset("pair_relation")
    try places.require(shape: [first.count], "[pairs]")
    relations = try places.read(as: Int32.self)
    overlaps = try ComparisonRecord.numbers("overlap_u", root, [first.count, modules, ranks])
    self.modules = modules
    self.ranks = ranks
  }

  /// The overlap of each example with the mean of the others, at the largest rank, by module.
  var leaveOneOut: [String: [Double]] {
    var found: [String: [Double]] = [:]
    for index in first.indices
    where index < second.count && second[index] == "mean-without:\(first[index])" && ranks > 0 {
      found[first[index]] = (0..<modules).map {
        overlaps[(index * modules + $0) * ranks + ranks - 1]
      }
    }
    return found
  }
}
