extension StoredDataset {
  /// Whether this dataset is the coordinates of a dimension.
  ///
  /// - Returns: True when it is.
  /// - Throws: `damaged`.
  public func isScale() throws(HDF5Error) -> Bool {
    do throws(HDF5Error) {
      return try texts(ofAttribute: "CLASS") == ["DIMENSION_SCALE"]
    } catch .unexpectedType {
      return false
    }
  }

  /// The name of a dimension, or nothing when it has none.
  ///
  /// - Parameter axis: The dimension.
  /// - Returns: The label.
  /// - Throws: `damaged`; `invalidText` when the label is not UTF-8.
  public func dimensionName(ofAxis axis: Int) throws(HDF5Error) -> String {
    guard let labels = try texts(ofAttribute: "DIMENSION_LABELS"), labels.indices.contains(axis)
    else { return "" }
    return labels[axis]
  }
}
