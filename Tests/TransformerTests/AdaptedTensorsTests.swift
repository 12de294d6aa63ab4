import Checkpoints
import LinearAlgebra
import TestSupport
import Testing
import Transformer

/// Rows of a matrix with two adapters on it.
@Suite struct AdaptedTensorsTests {
  /// 211 x 37, small integers over 64.
  private struct Base: TensorSource {
    var infinite = false

    func shape(of name: String) -> [Int]? { [211, 37] }

    func read(
      _ name: String, rows: Range<Int>, into destination: inout MutableSpan<Float>
    ) {
      for place in destination.indices {
        destination[place] = Self.value(rows.lowerBound * 37 + place)
      }
      if infinite { destination[0] = .infinity }
    }

    static func value(_ place: Int) -> Float { Float(place * 7 % 31 - 15) / 64 }
  }

  private func change(rank: Int, scale: Float) -> LowRankMatrix {
    let left = Matrix(
      rows: 211, columns: rank, elements: (0..<211 * rank).map { Float($0 * 5 % 23 - 11) / 7 })
    let right = Matrix(
      rows: rank, columns: 37, elements: (0..<rank * 37).map { Float($0 * 3 % 19 - 9) / 11 })
    return LowRankMatrix(left: left, right: right, scale: scale)
  }

  private func tensors(_ scale: Float = 0.3, base: Base = Base()) -> AdaptedTensors {
    AdaptedTensors(
      base,
      adapters: [
        (path: "first", changes: ["m": change(rank: 5, scale: scale)]),
        (
          path: "second",
          changes: ["m": change(rank: 2, scale: -1), "n": change(rank: 1, scale: 1)]
        ),
      ])
  }

  private func read(
    _ name: String, _ rows: Range<Int>, _ tensors: AdaptedTensors
  ) throws -> [Float] {
    var values = Matrix(rows: rows.count, columns: 37)
    var span = values.mutableSpan
    try tensors.read(name, rows: rows, into: &span)
    return values.elements
  }

  @Test func changesAreAdded() throws {
    let found = try read("m.weight", 0..<211, tensors())
    let (first, second) = (change(rank: 5, scale: 0.3), change(rank: 2, scale: -1))
    for row in 0..<211 {
      for column in 0..<37 {
        var expected = Double(Base.value(row * 37 + column))
        for k in 0..<5 {
          expected += 0.3 * Double(first.left[row, k]) * Double(first.right[k, column])
        }
        for k in 0..<2 { expected -= Double(second.left[row, k]) * Double(second.right[k, column]) }
        // Sums of eight numbers below 2: a few units in the last place of float32.
        #expect(abs(Double(found[row * 37 + column]) - expected) < 2e-6)
      }
    }
    let untouched = try read("other", 3..<9, tensors())
    #expect(untouched == (3 * 37..<9 * 37).map(Base.value))
  }

  /// To the last bit, whichever rows are asked for.
  @Test func rowsDoNotDependOnTheOthers() throws {
    let whole = try read("m.weight", 0..<211, tensors())
    for rows in [0..<1, 5..<48, 47..<49, 96..<144, 100..<211, 210..<211] {
      let part = try read("m.weight", rows, tensors())
      #expect(part == Array(whole[rows.lowerBound * 37..<rows.upperBound * 37]))
    }
  }

  /// The same where a product of many rows would go to other kernels than one of few.
  @Test func productsOfManyRowsAreTakenApart() throws {
    struct Zeros: TensorSource {
      func shape(of name: String) -> [Int]? { [500, 512] }

      func read(
        _ name: String, rows: Range<Int>, into destination: inout MutableSpan<Float>
      ) {
        for place in destination.indices { destination[place] = Float(place % 512) / 512 }
      }
    }
    let left = Matrix(
      rows: 500, columns: 64, elements: (0..<500 * 64).map { Float($0 * 5 % 23 - 11) / 7 })
    let right = Matrix(
      rows: 64, columns: 512, elements: (0..<64 * 512).map { Float($0 * 3 % 19 - 9) / 11 })
    let tensors = AdaptedTensors(
      Zeros(), adapters: [(path: "a", changes: ["m": LowRankMatrix(left: left, right: right)])])
    func read(_ rows: Range<Int>) throws -> [Float] {
      var values = Matrix(rows: rows.count, columns: 512)
      var span = values.mutableSpan
      try tensors.read("m.weight", rows: rows, into: &span)
      return values.elements
    }
    let whole = try read(0..<500)
    for rows in [0..<48, 48..<240, 432..<500, 450..<451] {
      #expect(try read(rows) == Array(whole[rows.lowerBound * 512..<rows.upperBound * 512]))
    }
  }

  @Test func sumsBeyondFloat32AreTheAdapters() {
    let error = CheckpointError.adapter(path: "first", .changeOverflows("m"))
    #expect(throws: error) { try read("m.weight", 0..<211, tensors(3e38)) }
    // A weight that is not finite by itself is left to whoever checks weights.
    #expect(throws: Never.self) { try read("m.weight", 0..<2, tensors(base: Base(infinite: true))) }
  }
}
