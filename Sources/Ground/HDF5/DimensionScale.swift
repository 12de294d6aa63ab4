import CHDF5

extension Dataset {
  /// Makes this one-dimensional dataset the coordinates of a dimension.
  ///
  /// Calls `H5DSset_scale`.
  ///
  /// - Parameter dimension: Name of the dimension, best the dataset's own.
  /// - Throws: `callFailed`.
  public func becomeScale(of dimension: String) throws(HDF5Error) {
    try call("H5DSset_scale", path) { unsafe H5DSset_scale(location.id, dimension) }
  }

  /// Names a dimension by a dimension scale.
  ///
  /// Calls `H5DSattach_scale` and `H5DSset_label`.
  ///
  /// - Parameters:
  ///   - scale: The coordinates along the dimension.
  ///   - axis: The dimension.
  ///   - name: Name of the dimension.
  /// - Throws: `callFailed`.
  public func attach(_ scale: borrowing Dataset, toAxis axis: Int, name: String)
    throws(HDF5Error)
  {
    let scaleID = scale.location.id
    try call("H5DSattach_scale", path) { H5DSattach_scale(location.id, scaleID, UInt32(axis)) }
    try call("H5DSset_label", path) { unsafe H5DSset_label(location.id, UInt32(axis), name) }
  }
}
