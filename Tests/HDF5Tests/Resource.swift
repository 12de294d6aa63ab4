import HDF5

/// Path of a file beside the tests.
func resource(_ name: String, from file: String = #filePath) -> String {
  file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    + "/Resources/" + name
}

/// The error that a body ends with, or nil.
func hdf5Error(_ body: () throws -> Void) -> HDF5Error? {
  do {
    try body()
    return nil
  } catch {
    return error as? HDF5Error
  }
}
