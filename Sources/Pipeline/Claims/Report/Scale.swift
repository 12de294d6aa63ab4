/// From values to places on an axis.
struct Scale {
  let values: ClosedRange<Double>
  let places: ClosedRange<Double>
  /// Whether larger values have smaller places, as on the vertical axis of a picture.
  var isReversed = false

  /// Where a value is drawn; one outside the axis at its end.
  func callAsFunction(_ value: Double) -> Double {
    let width = values.upperBound - values.lowerBound
    let share = width > 0 ? min(max((value - values.lowerBound) / width, 0), 1) : 0.5
    let length = places.upperBound - places.lowerBound
    return isReversed
      ? places.upperBound - share * length : places.lowerBound + share * length
  }

  /// Round values along the axis, five or so.
  var ticks: [Double] {
    let width = values.upperBound - values.lowerBound
    guard width > 0, width.isFinite else { return [values.lowerBound] }
    var step = 1.0
    while step * 10 <= width { step *= 10 }
    while step > width { step /= 10 }
    for divisor in [5.0, 2.0, 1.0] where width / (step / divisor) <= 8 {
      step /= divisor
      break
    }
    let first = (values.lowerBound / step).rounded(.up)
    let last = (values.upperBound / step + 1e-9).rounded(.down)
    guard last >= first, last - first < 100 else { return [values.lowerBound] }
    return stride(from: first, through: last, by: 1).map { $0 * step }
  }
}
