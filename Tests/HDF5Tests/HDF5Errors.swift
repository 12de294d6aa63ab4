import HDF5

/// The error that a body ends with, or nil.
func hdf5Error(_ body: () throws -> Void) -> HDF5Error? {
  do {
    try body()
    return nil
  } catch {
    return error as? HDF5Error
  }
}
