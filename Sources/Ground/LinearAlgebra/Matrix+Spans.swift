extension Matrix {
  /// All elements, row after row, for reading in place.
  @inlinable public var span: Span<Float> {
    @_lifetime(borrow self)
    borrowing get {
      let span = unsafe Span(_unsafeStart: storage, count: rows * columns)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// All elements, row after row, for writing in place.
  @inlinable public var mutableSpan: MutableSpan<Float> {
    @_lifetime(&self)
    mutating get {
      let span = unsafe MutableSpan(_unsafeStart: storage, count: rows * columns)
      return unsafe _overrideLifetime(span, mutating: &self)
    }
  }

  /// One row for reading in place.
  ///
  /// - Parameter index: Row, from 0.
  /// - Returns: As many elements as there are columns.
  @inlinable
  @_lifetime(borrow self)
  public borrowing func row(_ index: Int) -> Span<Float> {
    precondition(index >= 0 && index < rows, "row out of range")
    let span = unsafe Span(_unsafeStart: storage + index * columns, count: columns)
    return unsafe _overrideLifetime(span, borrowing: self)
  }

  /// One row for writing in place.
  ///
  /// - Parameter index: Row, from 0.
  /// - Returns: As many elements as there are columns.
  @inlinable
  @_lifetime(&self)
  public mutating func mutableRow(_ index: Int) -> MutableSpan<Float> {
    precondition(index >= 0 && index < rows, "row out of range")
    let span = unsafe MutableSpan(_unsafeStart: storage + index * columns, count: columns)
    return unsafe _overrideLifetime(span, mutating: &self)
  }

  /// The first element of a block.
  func corner(of block: Block) -> UnsafePointer<Float> {
    unsafe UnsafePointer(storage + (block.rows.lowerBound * columns + block.columns.lowerBound))
  }

  /// Lends the elements to a C function.
  ///
  /// - Parameter body: Must not let the pointer escape.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  @inlinable
  public borrowing func withUnsafePointer<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafePointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    unsafe try body(UnsafePointer(storage))
  }

  /// Lends the elements to a C function that writes them.
  ///
  /// - Parameter body: Must not let the pointer escape.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  @inlinable
  public mutating func withUnsafeMutablePointer<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeMutablePointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    unsafe try body(storage)
  }
}
