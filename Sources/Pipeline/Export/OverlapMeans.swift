import HDF5

/// The mean overlaps of a comparison: by relation, module and rank, each beside that of random subspaces.
struct OverlapMeans {
  /// One side of the gradients.
  struct Side {
    /// `u` (outputs) or `v` (inputs).
    let name: String
    // [Q x M x R]
    let mean: [Double]
    let low: [Double]
    let high: [Double]
    // [M x R]
    let chance: [Double]
  }

  let relations: [String]
  /// Pairs that are averaged, of each relation.
  let pairCounts: [Int]
  let modules: [String]
  let layers: [Int32]
  let projections: [String]
  let ranks: [Int32]
  let sides: [Side]

  /// Reads them.
  ///
  /// - Parameter root: Of a `suture-comparison` file.
  /// - Throws: `HDF5Error`.
  init(_ root: StoredGroup) throws(HDF5Error) {
    relations = try root.dataset("relation").readText()
    modules = try root.dataset("module").readText()
    ranks = try root.dataset("rank").read()
    let count = modules.count
    let layer = try root.dataset("layer")
    try layer.require(shape: [count], "[modules]")
    layers = try layer.read()
    let projection = try root.dataset("projection")
    try projection.require(shape: [count], "[modules]")
    projections = try projection.readText()
    var counts = relations.map { _ in 0 }
    for relation in try root.dataset("pair_relation").read(as: Int32.self)
    where counts.indices.contains(Int(relation)) { counts[Int(relation)] += 1 }
    pairCounts = counts
    let shape = [relations.count, count, ranks.count]
    func read(_ name: String, _ shape: [Int], _ words: String) throws(HDF5Error) -> [Double] {
      let dataset = try root.dataset(name)
      try dataset.require(shape: shape, words)
      return try dataset.read()
    }
    var sides: [Side] = []
    for name in ["u", "v"] {
      let words = "[relations, modules, ranks]"
      sides.append(
        Side(
          name: name, mean: try read("overlap_\(name)_mean", shape, words),
          low: try read("overlap_\(name)_low", shape, words),
          high: try read("overlap_\(name)_high", shape, words),
          chance: try read("chance_\(name)", [count, ranks.count], "[modules, ranks]")))
    }
    self.sides = sides
  }

  /// The largest rank that half of the relations and modules have: few answer tokens leave few directions.
  var usualRank: Int? {
    ranks.indices.last { rank in
      let known = sides.flatMap { side in
        stride(from: rank, to: side.mean.count, by: ranks.count).map { !side.mean[$0].isNaN }
      }
      return !known.isEmpty && known.count(where: \.self) * 2 >= known.count
    }
  }
}
