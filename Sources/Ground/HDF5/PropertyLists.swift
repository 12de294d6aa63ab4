import CHDF5

/// The property lists that every file, group and dataset here is made and opened with.
///
/// They are made once and live as long as the program. One that cannot be made is an invalid
/// identifier, on which the call that uses it fails with an error.
enum PropertyLists {
  /// A root group without modification time, so that equal content gives equal bytes.
  static let fileCreation = make(suture_h5p_file_create()) { list in
    H5Pset_obj_track_times(list, false)
  }

  /// The format of HDF5 1.10, whose metadata carry checksums.
  ///
  /// Elements are not kept back in memory: else a full disk would show only when a dataset is
  /// closed, in a `deinit` that cannot throw. There are no locks: one would outlive its file in a
  /// child process that inherits the descriptor.
  static let fileWriting = make(suture_h5p_file_access()) { list in
    min(
      H5Pset_libver_bounds(list, H5F_LIBVER_V110, H5F_LIBVER_V110),
      H5Pset_fclose_degree(list, H5F_CLOSE_SEMI),
      H5Pset_file_locking(list, false, true),
      H5Pset_sieve_buf_size(list, 0),
      H5Pset_cache(list, 0, 0, 0, 0),
      H5Pset_meta_block_size(list, 1 << 16))
  }

  /// A group without modification time.
  static let groupCreation = make(suture_h5p_group_create()) { list in
    H5Pset_obj_track_times(list, false)
  }

  /// A contiguous dataset without modification time that is not filled before it is written.
  static let datasetCreation = make(suture_h5p_dataset_create()) { list in
    min(H5Pset_obj_track_times(list, false), H5Pset_fill_time(list, H5D_FILL_TIME_NEVER))
  }

  /// The same for strings, which HDF5 insists on filling.
  static let textCreation = make(suture_h5p_dataset_create()) { list in
    H5Pset_obj_track_times(list, false)
  }

  /// A dataset whose elements have a value until they are written.
  static func datasetCreation<Scalar: HDF5Scalar>(filling value: Scalar, _ path: String)
    throws(HDF5Error) -> Handle
  {
    let list = try Handle("H5Pcopy", path, closingWith: H5Pclose) { H5Pcopy(datasetCreation) }
    let id = list.id
    try call("H5Pset_fill_time", path) { H5Pset_fill_time(id, H5D_FILL_TIME_ALLOC) }
    try call("H5Pset_fill_value", path) {
      unsafe withUnsafePointer(to: value) {
        unsafe H5Pset_fill_value(id, Scalar.scalarType.id, $0)
      }
    }
    return list
  }

  private static func make(_ kind: hid_t, _ configure: (hid_t) -> herr_t) -> hid_t {
    Library.prepare()
    let list = H5Pcreate(kind)
    return configure(list) < 0 ? -1 : list
  }
}
