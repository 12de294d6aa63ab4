import CHDF5

/// The type of a dataset's or attribute's elements.
struct Datatype: ~Copyable {
  let handle: Handle

  /// UTF-8 strings of variable length.
  ///
  /// Calls `H5Tcopy`, `H5Tset_size` and `H5Tset_cset`.
  static func text(path: String) throws(HDF5Error) -> Datatype {
    let handle = try Handle("H5Tcopy", path, closingWith: H5Tclose) {
      H5Tcopy(suture_h5t_c_string())
    }
    let id = handle.id
    try call("H5Tset_size", path) { H5Tset_size(id, -1) }
    try call("H5Tset_cset", path) { H5Tset_cset(id, H5T_CSET_UTF8) }
    return Datatype(handle: handle)
  }
}
