/// An array by its extents alone: the whole of it as a part of itself.
func Box(shape: [Int]) -> Hyperslab {
  Hyperslab(origin: shape.map { _ in 0 }, extent: shape)
}

/// The runs of elements along the last dimension of a box that two arrays both hold.
///
/// Where runs follow each other in both arrays they are one.
struct Runs: Sequence, IteratorProtocol {
  /// Where a run begins in the first and in the second array, and its length.
  typealias Run = (first: Int, second: Int, count: Int)

  private let box: Hyperslab
  private let first: Hyperslab
  private let second: Hyperslab
  /// Dimensions from here on are the same in the box and in both arrays, but for the first of them.
  private let axis: Int
  private var place: [Int]?

  /// - Parameters:
  ///   - box: Lies inside both arrays.
  ///   - first: The part of a dataset that an array holds.
  ///   - second: The part that another holds.
  init(of box: Hyperslab, in first: Hyperslab, and second: Hyperslab) {
    self.box = box
    self.first = first
    self.second = second
    var axis = Swift.max(box.extent.count - 1, 0)
    while axis > 0, box.extent[axis] == first.extent[axis], box.extent[axis] == second.extent[axis]
    {
      axis -= 1
    }
    self.axis = axis
    place = box.extent.contains(0) ? nil : box.origin
  }

  mutating func next() -> Run? {
    guard let current = place else { return nil }
    advance(current)
    let count = box.extent.dropFirst(axis).reduce(1, *)
    return (first.number(of: current), second.number(of: current), count)
  }

  private mutating func advance(_ current: [Int]) {
    var next = current
    for dimension in (0..<axis).reversed() {
      next[dimension] += 1
      if next[dimension] < box.origin[dimension] + box.extent[dimension] {
        place = next
        return
      }
      next[dimension] = box.origin[dimension]
    }
    place = nil
  }
}

/// The places in the grid of chunks that a part touches.
struct Grid: Sequence, IteratorProtocol {
  private let low: [Int]
  private let high: [Int]
  private var place: [Int]?

  init(of part: Hyperslab, chunks: [Int]) {
    low = zip(part.origin, chunks).map { $0 / $1 }
    high = zip(zip(part.origin, part.extent), chunks).map { ($0.0 + $0.1 - 1) / $1 }
    place = part.extent.contains(0) ? nil : low
  }

  mutating func next() -> [Int]? {
    guard let current = place else { return nil }
    place = nil
    var next = current
    for dimension in next.indices.reversed() {
      next[dimension] += 1
      if next[dimension] <= high[dimension] {
        place = next
        break
      }
      next[dimension] = low[dimension]
    }
    return current
  }
}

extension Hyperslab {
  /// The position of an element in an array that holds this part, the last dimension running fastest.
  fileprivate func number(of place: [Int]) -> Int {
    var number = 0
    for (axis, index) in place.enumerated() {
      number = number * extent[axis] + index - origin[axis]
    }
    return number
  }

  /// What lies in both.
  func intersection(_ other: Hyperslab) -> Hyperslab {
    let low = zip(origin, other.origin).map { Swift.max($0, $1) }
    let high = zip(zip(origin, extent), zip(other.origin, other.extent)).map {
      Swift.min($0.0 + $0.1, $1.0 + $1.1)
    }
    return Hyperslab(origin: low, extent: zip(low, high).map { Swift.max($1 - $0, 0) })
  }
}
