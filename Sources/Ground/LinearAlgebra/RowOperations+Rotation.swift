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
    unsafe withUnsafeMutableBufferPointer { row in
      unsafe cosines.withUnsafeBufferPointer { cosines in
        unsafe sines.withUnsafeBufferPointer { sines in
          guard let row = row.baseAddress, let cosines = cosines.baseAddress,
            let sines = sines.baseAddress
          else { return }
          let (first, second) = unsafe (row + start, row + start + half)
          for index in stride(from: 0, to: half, by: Lanes.scalarCount) {
            let (a, b) = unsafe (
              UnsafePointer(first).lanes(index, of: half),
              UnsafePointer(second).lanes(index, of: half)
            )
            let c = unsafe cosines.lanes(index, of: half)
            let s = unsafe sines.lanes(index, of: half) * sign
            unsafe first.store(a * c - b * s, index, of: half)
            unsafe second.store(b * c + a * s, index, of: half)
          }
        }
      }
    }
  }
}
