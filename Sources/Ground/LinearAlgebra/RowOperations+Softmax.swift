extension MutableSpan where Element == Float {
  /// Turns scores into probabilities: softmax over `range`, zeros elsewhere.
  ///
  /// The largest score is subtracted first, so nothing overflows. The sum is taken in float64.
  ///
  /// - Parameter range: The positions that take part; must not be empty.
  @inlinable
  public mutating func softmax(over range: Range<Int>) {
    let count = self.count
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count && !range.isEmpty, "softmax over \(range)")
    for index in 0..<range.lowerBound { self[index] = 0 }
    for index in range.upperBound..<count { self[index] = 0 }
    var scores = part(range)
    softmaxInPlace(&scores)
  }
}

@usableFromInline
func softmaxInPlace(_ scores: inout MutableSpan<Float>) {
  let shift = Lanes(repeating: largest(scores.span))
  let count = scores.count
  var total = PowerSum()
  for index in stride(from: 0, to: count, by: Lanes.scalarCount) {
    let powers = Lanes.exp(scores.lanes(index) - shift)
    scores.store(powers, index)
    total.add(powers, first: count - index)
  }
  let scale = Float(1 / total.value)
  update(&scores) { $0 * scale }
}

/// A sum of positive numbers in float64, to which sixteen are added at a time.
///
/// Eight groups are added up in float32 first, which costs less than a rounding in the result: a
/// conversion takes longer than the exponential that it follows.
struct PowerSum {
  private var lanes = Lanes()
  private var groups = 0
  private var total = 0.0

  /// Adds the first of some lanes; more than there are means all.
  @inline(__always)
  mutating func add(_ numbers: Lanes, first count: Int) {
    if count < Lanes.scalarCount {
      for lane in 0..<count { total += Double(numbers[lane]) }
      return
    }
    lanes += numbers
    groups &+= 1
    if groups & 7 == 0 {
      total += lanes.doubleSum
      lanes = Lanes()
    }
  }

  var value: Double { total + lanes.doubleSum }
}

/// `sum over i of exp(a[i] - shift)`, powers in float32, summed in float64.
///
/// - Parameters:
///   - a: The exponents.
///   - shift: Their largest value, so that nothing overflows.
/// - Returns: The sum; 0 for an empty row.
public func sumOfPowers(_ a: Span<Float>, shift: Float) -> Double {
  let count = a.count
  let shift = Lanes(repeating: shift)
  var total = PowerSum()
  for index in stride(from: 0, to: count, by: Lanes.scalarCount) {
    total.add(Lanes.exp(a.lanes(index) - shift), first: count - index)
  }
  return total.value
}

/// The largest element, or -infinity for an empty row; a row with NaN has no particular one.
///
/// - Parameter a: The elements.
/// - Returns: Its value.
public func largest(_ a: Span<Float>) -> Float {
  var lanes = Lanes(repeating: -.infinity)
  let whole = a.count - a.count % Lanes.scalarCount
  for index in stride(from: 0, to: whole, by: Lanes.scalarCount) {
    let next = a.lanes(index)
    lanes.replace(with: next, where: next .> lanes)
  }
  var largest = lanes.max()
  for index in whole..<a.count { largest = max(largest, a[index]) }
  return largest
}

/// The place of the largest element, the first of equal ones; 0 for an empty row.
///
/// - Parameter a: The elements.
/// - Returns: Its index, from 0.
public func indexOfLargest(_ a: Span<Float>) -> Int {
  let value = largest(a)
  for index in 0..<a.count where a[index] == value { return index }
  return 0
}
