import HDF5
import OrderedJSON
import ResultFiles

/// One number of a sweep with its labels.
struct SweepNumber: Equatable {
  let model: String
  let attack: String
  let seed: Int64
  /// `none` for the model as attacked, or as it is.
  let recovery: String
  /// 0 where there is none, or where all weights move.
  let rank: Int32
  /// 0 where nothing was recovered.
  let step: Int32
  let set: String
  let metric: String
  let value: Double
  /// Ends of the interval; NaN without one.
  let low: Double
  let high: Double
}

/// The labelled array that `sweep-ranks` writes as `results.h5`: value, low and high of every metric by
/// model, attack, seed, recovery, rank, step and set.
///
/// It is read a recovery of one model, attack and seed at a time, and never held whole.
struct SweepArray: Sendable {
  /// In the order of the file.
  static let dimensions = [
    "model", "attack", "seed", "recovery", "rank", "step", "set", "metric",
  ]
  static let numbers = ["value", "low", "high"]
  /// Dimensions that blocks are apart in.
  private static let outer = 4
  /// More blocks than a sweep has cells: a file that claims them is damaged.
  private static let mostBlocks = 1 << 24

  let path: String
  let name: String
  let models: [String]
  let attacks: [String]
  let seeds: [Int64]
  let recoveries: [String]
  let ranks: [Int32]
  let steps: [Int32]
  let sets: [String]
  let metrics: [String]
  private let root: StoredGroup
  private let arrays: [StoredDataset]

  /// Opens a file and reads its labels.
  ///
  /// - Parameter path: Where.
  /// - Throws: `HDF5Error`.
  init(opening path: String) throws(HDF5Error) {
    let root = try StoredFile(opening: path).root
    try FileFormat.sweep.require(in: root)
    self.path = path
    self.root = root
    name = try root.textAttribute("sweep")
    models = try root.dataset("model").readText()
    attacks = try root.dataset("attack").readText()
    seeds = try root.dataset("seed").read()
    recoveries = try root.dataset("recovery").readText()
    ranks = try root.dataset("rank").read()
    steps = try root.dataset("step").read()
    sets = try root.dataset("set").readText()
    metrics = try root.dataset("metric").readText()
    var arrays: [StoredDataset] = []
    for name in Self.numbers { arrays.append(try root.dataset(name)) }
    self.arrays = arrays
    for array in arrays {
      try array.require(shape: shape, "[\(Self.dimensions.joined(separator: ", "))]")
    }
    let blocks = shape.prefix(Self.outer).reduce((1, false)) { product, extent in
      let (next, overflow) = product.0.multipliedReportingOverflow(by: extent)
      return (next, product.1 || overflow)
    }
    if blocks.1 || blocks.0 > Self.mostBlocks {
      throw .invalidValue(
        path: "\(path):/value", expected: "at most \(Self.mostBlocks) recoveries",
        found: "\(shape.prefix(Self.outer))")
    }
  }

  /// The attributes of the file.
  func attributes() throws(HDF5Error) -> JSONValue { try root.attributesJSON() }

  /// The extents of the three arrays.
  var shape: [Int] {
    [
      models.count, attacks.count, seeds.count, recoveries.count, ranks.count, steps.count,
      sets.count, metrics.count,
    ]
  }

  /// Indices of model, attack, seed and recovery of each block, the last running fastest.
  var blocks: [[Int]] {
    shape.prefix(Self.outer).reduce([[]]) { places, extent in
      places.flatMap { place in (0..<extent).map { place + [$0] } }
    }
  }

  /// The elements of one block of `value`, `low` or `high`, rank by rank, step by step, set by set.
  func elements(of number: Int, _ block: [Int]) throws(HDF5Error) -> [Double] {
    let inner = Array(shape.dropFirst(Self.outer))
    return try arrays[number].read(
      Hyperslab(
        origin: block + inner.map { _ in 0 }, extent: block.map { _ in 1 } + inner))
  }

  /// What was measured in one block; places of the grid without a number are left out.
  func measured(_ block: [Int]) throws(HDF5Error) -> [SweepNumber] {
    let values = try elements(of: 0, block)
    let lows = try elements(of: 1, block)
    let highs = try elements(of: 2, block)
    return values.indices.compactMap { index in
      if values[index].isNaN, lows[index].isNaN, highs[index].isNaN { return nil }
      let (rest, metric) = index.quotientAndRemainder(dividingBy: metrics.count)
      let (states, set) = rest.quotientAndRemainder(dividingBy: sets.count)
      let (rank, step) = states.quotientAndRemainder(dividingBy: steps.count)
      return SweepNumber(
        model: models[block[0]], attack: attacks[block[1]], seed: seeds[block[2]],
        recovery: recoveries[block[3]], rank: ranks[rank], step: steps[step], set: sets[set],
        metric: metrics[metric], value: values[index], low: lows[index], high: highs[index])
    }
  }
}
