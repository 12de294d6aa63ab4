import CHDF5

/// Makes a call of the C library and turns a negative status into an error.
///
/// The only place where a status is looked at. The library prints its error stack unless told not
/// to; as it keeps that setting for each thread, it is told at every call.
///
/// - Parameters:
///   - operation: Name of the C function.
///   - path: File and object, for the error.
///   - body: The call.
/// - Returns: What the call returned.
/// - Throws: `callFailed` with the library's error stack.
@discardableResult
func call<Status: SignedInteger>(
  _ operation: String, _ path: @autoclosure () -> String, _ body: () -> Status
) throws(HDF5Error) -> Status {
  Library.prepare()
  let status = body()
  if status < 0 {
    throw .callFailed(operation: operation, path: path(), frames: Library.errorFrames())
  }
  return status
}

/// The state of the C library as a whole.
enum Library {
  /// Without its exit handler: everything is closed by its owner, and the handler loops over files
  /// that a full disk left unwritten.
  private static let isOpen: Bool = H5dont_atexit() >= 0 && H5open() >= 0

  /// Opens the library and stops it from printing errors of this thread.
  static func prepare() {
    _ = isOpen
    _ = H5Eset_auto2(hid_t(H5E_DEFAULT), nil, nil)
  }

  /// The error stack of this thread, innermost frame first.
  static func errorFrames() -> [HDF5Error.Frame] {
    var frames: [HDF5Error.Frame] = []
    unsafe withUnsafeMutablePointer(to: &frames) { frames in
      _ = unsafe H5Ewalk2(
        hid_t(H5E_DEFAULT), H5E_WALK_UPWARD,
        { _, entry, frames in
          if let entry = unsafe entry?.pointee,
            let frames = unsafe frames?.assumingMemoryBound(to: [HDF5Error.Frame].self)
          {
            unsafe frames.pointee.append(HDF5Error.Frame(entry))
          }
          return 0
        }, frames)
    }
    return frames
  }
}

extension HDF5Error.Frame {
  fileprivate init(_ entry: H5E_error2_t) {
    self.init(
      function: unsafe entry.func_name.map { unsafe String(cString: $0) } ?? "",
      description: unsafe entry.desc.map { unsafe String(cString: $0) } ?? "")
  }
}
