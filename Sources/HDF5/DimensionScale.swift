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

  /// Whether this dataset is the coordinates of a dimension.
  ///
  /// Calls `H5DSis_scale`.
  ///
  /// - Returns: True when it is.
  /// - Throws: `callFailed`.
  public func isScale() throws(HDF5Error) -> Bool {
    try call("H5DSis_scale", path) { H5DSis_scale(location.id) } > 0
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

  /// The name of a dimension, or nothing when it has none.
  ///
  /// Calls `H5DSget_label`.
  ///
  /// - Parameter axis: The dimension.
  /// - Returns: The label.
  /// - Throws: `callFailed`; `invalidText` when the label is not UTF-8.
  public func dimensionName(ofAxis axis: Int) throws(HDF5Error) -> String {
    // One byte more than the longest label that is of use, for the NUL.
    var characters = [CChar](repeating: 0, count: 256)
    try call("H5DSget_label", path) {
      unsafe H5DSget_label(location.id, UInt32(axis), &characters, characters.count - 1)
    }
    let bytes = characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    guard let name = String(validating: bytes, as: UTF8.self) else {
      throw .invalidText(path: path, index: axis)
    }
    return name
  }
}
