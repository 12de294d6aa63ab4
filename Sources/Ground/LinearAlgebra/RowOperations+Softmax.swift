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
    unsafe withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for index in 0..<range.lowerBound { unsafe base[index] = 0 }
      for index in range.upperBound..<count { unsafe base[index] = 0 }
      unsafe softmaxInPlace(base + range.lowerBound, count: range.count)
    }
  }
}

/// The largest of the numbers, sixteen at a time; -infinity for none.
private func largestValue(_ numbers: UnsafePointer<Float>, count: Int) -> Float {
  var lanes = Lanes(repeating: -.infinity)
  let whole = count - count % Lanes.scalarCount
  for index in stride(from: 0, to: whole, by: Lanes.scalarCount) {
    let next = unsafe numbers.lanes(index, of: count)
    lanes.replace(with: next, where: next .> lanes)
  }
  var largest = lanes.max()
  for index in whole..<count { largest = max(largest, unsafe numbers[index]) }
  return largest
}

@usableFromInline
func softmaxInPlace(_ scores: UnsafeMutablePointer<Float>, count: Int) {
  let shift = Lanes(repeating: unsafe largestValue(UnsafePointer(scores), count: count))
  var total = PowerSum()
  for index in stride(from: 0, to: count, by: Lanes.scalarCount) {
    let powers = unsafe Lanes.exp(UnsafePointer(scores).lanes(index, of: count) - shift)
    unsafe scores.store(powers, index, of: count)
    total.add(powers, first: count - index)
  }
  let scale = Float(1 / total.value)
  for index in stride(from: 0, to: count, by: Lanes.scalarCount) {
    let lanes = unsafe UnsafePointer(scores).lanes(index, of: count)
    unsafe scores.store(lanes * scale, index, of: count)
  }
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
  unsafe a.withUnsafeBufferPointer { a in
    guard let a = a.baseAddress else { return }
    for index in stride(from: 0, to: count, by: Lanes.scalarCount) {
      total.add(unsafe Lanes.exp(a.lanes(index, of: count) - shift), first: count - index)
    }
  }
  return total.value
}

/// The largest element, or -infinity for an empty row; a row with NaN has no particular one.
///
/// - Parameter a: The elements.
/// - Returns: Its value.
public func largest(_ a: Span<Float>) -> Float {
  unsafe a.withUnsafeBufferPointer { buffer in
    guard let start = buffer.baseAddress else { return -.infinity }
    return unsafe largestValue(start, count: buffer.count)
  }
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
