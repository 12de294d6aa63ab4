import HDF5
import OrderedJSON

/// A dataset as a table: its elements and what its dimensions are called.
struct LabelledTable: Sendable {
  /// The elements, the last dimension running fastest.
  enum Elements: Sendable {
    case integers([Int64])
    case float32([Float])
    case float64([Double])
    case text([String])
  }

  let name: String
  let dimensions: [String]
  let shape: [Int]
  let elements: Elements

  /// Reads a dataset, or nothing when its elements are neither numbers nor strings.
  init?(_ name: String, in root: StoredGroup) throws(HDF5Error) {
    let dataset = try root.dataset(name)
    switch dataset.elementKind {
    case .integer: elements = .integers(try dataset.read())
    case .float32: elements = .float32(try dataset.read())
    case .float64: elements = .float64(try dataset.read())
    case .text: elements = .text(try dataset.readText())
    case .other: return nil
    }
    shape = dataset.shape
    dimensions = try Self.dimensions(of: dataset, name)
    self.name = name
  }

  /// The names of the dimensions; a scale has its own, one without any is numbered.
  private static func dimensions(of dataset: StoredDataset, _ name: String) throws(HDF5Error)
    -> [String]
  {
    if try dataset.isScale() { return [name] }
    var dimensions: [String] = []
    for axis in dataset.shape.indices {
      let label = try dataset.dimensionName(ofAxis: axis)
      dimensions.append(label.isEmpty ? "\(name)_\(axis)" : label)
    }
    return dimensions
  }

  /// Number of elements.
  var count: Int {
    switch elements {
    case .integers(let values): values.count
    case .float32(let values): values.count
    case .float64(let values): values.count
    case .text(let values): values.count
    }
  }

  /// One element as text; nothing for NaN.
  func field(_ index: Int) -> String {
    switch elements {
    case .integers(let values): "\(values[index])"
    case .float32(let values): csvField(values[index])
    case .float64(let values): csvField(values[index])
    case .text(let values): values[index]
    }
  }

  /// One element as JSON.
  func json(_ index: Int) -> JSONValue {
    switch elements {
    case .integers(let values): .integer(Int(values[index]))
    case .float32(let values): .number(values[index].shortest)
    case .float64(let values): .number(values[index])
    case .text(let values): .string(values[index])
    }
  }
}
