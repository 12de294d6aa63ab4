extension MutableSpan where Element == Float {
  /// Rotates the pairs (x[i], x[i + h]) of one stretch of a row by their angles:
  /// `(a, b) -> (a cos - b sin, b cos + a sin)`, h being half the stretch.
  ///
  /// With `inverse` the angles are negated, which is also the transpose and so the backward pass.
  ///
  /// - Parameters:
  ///   - start: First element of the stretch, of `2 * cosines.count` elements.
  ///   - cosines: h cosines.
  ///   - sines: h sines.
  ///   - inverse: Whether to rotate back.
  @inlinable
  public mutating func rotatePairs(
    from start: Int, cosines: Span<Float>, sines: Span<Float>, inverse: Bool = false
  ) {
    let half = cosines.count
    precondition(
      sines.count == half && start >= 0 && start + 2 * half <= count, "rotation outside the row")
    let sign: Float = inverse ? -1 : 1
    var row = part(start..<(start + 2 * half))
    for index in stride(from: 0, to: half, by: Lanes.scalarCount) {
      let (a, b) = (row.lanes(index, before: half), row.lanes(half + index))
      let (c, s) = (cosines.lanes(index), sines.lanes(index) * sign)
      row.store(a * c - b * s, index, before: half)
      row.store(b * c + a * s, half + index)
    }
  }
}
