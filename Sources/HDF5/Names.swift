/// Runs one of the library's iterations over names.
///
/// - Parameters:
///   - operation: Name of the C function.
///   - path: File and object, for the error.
///   - iterate: Makes the call with a context that its visitor hands on to `appendName`.
/// - Returns: The names in the order of the iteration.
/// - Throws: `callFailed`; `invalidText` when a name is not UTF-8.
func collectNames(
  _ operation: String, _ path: String, _ iterate: (UnsafeMutableRawPointer) -> Int32
) throws(HDF5Error) -> [String] {
  var names: [String?] = []
  try call(operation, path) {
    unsafe withUnsafeMutablePointer(to: &names) { unsafe iterate(UnsafeMutableRawPointer($0)) }
  }
  if let index = names.firstIndex(of: nil) { throw .invalidText(path: path, index: index) }
  return names.compactMap(\.self)
}

/// Notes a name that an iteration visits.
func appendName(_ name: UnsafePointer<CChar>?, to names: UnsafeMutableRawPointer?) {
  guard let name = unsafe name,
    let names = unsafe names?.assumingMemoryBound(to: [String?].self)
  else { return }
  unsafe names.pointee.append(String(validatingCString: name))
}
