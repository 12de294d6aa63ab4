import CHDF5

/// The owner of one identifier of the C library.
///
/// It exists only for a valid identifier and closes it exactly once: identifiers are reused, so
/// closing one twice would close somebody else's object.
struct Handle: ~Copyable, Sendable {
  typealias Closer = @convention(c) (hid_t) -> herr_t

  let id: hid_t
  private let closer: Closer

  /// Takes over the identifier that `open` returns.
  ///
  /// - Parameters:
  ///   - operation: Name of the C function that `open` calls.
  ///   - path: File and object, for the error.
  ///   - closer: The C function that releases the identifier.
  ///   - open: Makes the identifier.
  /// - Throws: `callFailed` when `open` returns no valid identifier.
  init(
    _ operation: String, _ path: @autoclosure () -> String, closingWith closer: Closer,
    _ open: () -> hid_t
  ) throws(HDF5Error) {
    id = try call(operation, path(), open)
    self.closer = closer
  }

  /// Closes the identifier where a failure shall be seen.
  ///
  /// - Parameters:
  ///   - operation: Name of the C function that closes.
  ///   - path: File and object, for the error.
  /// - Throws: `callFailed`, as when the disk is full.
  consuming func close(_ operation: String, _ path: String) throws(HDF5Error) {
    let (id, closer) = (id, closer)
    discard self
    try call(operation, path) { closer(id) }
  }

  deinit {
    Library.prepare()
    _ = closer(id)
  }
}
