import HDF5

/// The dimension scale that columns lie along.
struct ColumnScale: ~Copyable {
  fileprivate let name: String
  fileprivate let dataset: Dataset
}

extension Group {
  /// Writes strings that name the rows of other datasets.
  func writeScale(_ names: [String], as name: String) throws(HDF5Error) -> ColumnScale {
    let dataset = try write(names, as: name)
    try dataset.becomeScale(of: name)
    return ColumnScale(name: name, dataset: dataset)
  }

  /// Writes a column of numbers, one a row.
  func write(_ values: [some HDF5Scalar], as name: String, along scale: borrowing ColumnScale)
    throws(HDF5Error)
  {
    try write(values, as: name).attach(scale.dataset, toAxis: 0, name: scale.name)
  }

  /// Writes a column of strings, one a row.
  func write(_ texts: [String], as name: String, along scale: borrowing ColumnScale)
    throws(HDF5Error)
  {
    try write(texts, as: name).attach(scale.dataset, toAxis: 0, name: scale.name)
  }

  /// Tells xarray which datasets are coordinates beside the dimension scales: CF's attribute.
  ///
  /// - Parameter names: Names of datasets in this group.
  /// - Throws: `HDF5Error.callFailed`.
  package func setCoordinates(_ names: [String]) throws(HDF5Error) {
    try setAttribute("coordinates", names.joined(separator: " "))
  }
}

extension StoredGroup {
  /// Reads a column of strings.
  ///
  /// - Parameters:
  ///   - name: Name of the dataset.
  ///   - count: Its length.
  /// - Returns: The strings.
  /// - Throws: `HDF5Error`.
  package func textColumn(_ name: String, count: Int) throws(HDF5Error) -> [String] {
    let dataset = try dataset(name)
    try dataset.require(shape: [count], "[count]")
    return try dataset.readText()
  }

  /// Reads a column of numbers that count something.
  ///
  /// - Parameters:
  ///   - name: Name of the dataset.
  ///   - count: Its length.
  /// - Returns: The numbers.
  /// - Throws: `HDF5Error`; `invalidValue` for a number that is negative or beyond 32 bits.
  package func countColumn(_ name: String, count: Int) throws(HDF5Error) -> [Int] {
    let dataset = try dataset(name)
    try dataset.require(shape: [count], "[count]")
    return try dataset.readCounts()
  }
}

extension StoredDataset {
  /// Reads numbers that count something.
  ///
  /// - Parameter part: What; the whole dataset when absent.
  /// - Returns: The numbers.
  /// - Throws: `HDF5Error`; `invalidValue` for a number that is negative or beyond 32 bits.
  package func readCounts(_ part: Hyperslab? = nil) throws(HDF5Error) -> [Int] {
    let values = try read(part, as: Int64.self)
    if let bad = values.first(where: { $0 < 0 || $0 > Int32.max }) {
      throw .invalidValue(path: path, expected: "a count", found: "\(bad)")
    }
    return values.map { Int($0) }
  }
}
