/// What a tensor is, without its values.
public struct TensorDescriptor: Sendable, Equatable {
  /// Name in the Hugging Face convention, such as `model.layers.0.self_attn.q_proj.weight`.
  public var name: String
  /// Sizes, slowest first: `[out, in]` for the weight of a linear layer.
  public var shape: [Int]
  /// How the elements are stored.
  public var elementType: ElementType

  /// Creates a descriptor.
  public init(name: String, shape: [Int], elementType: ElementType) {
    self.name = name
    self.shape = shape
    self.elementType = elementType
  }

  /// Number of rows when the tensor is read as a matrix: one of up to one dimension is one row.
  public var rows: Int { shape.count < 2 ? 1 : shape[0] }

  /// Number of columns when the tensor is read as a matrix.
  public var columns: Int { shape.last ?? 1 }

  /// Number of elements, or nil when it, or a partial product of the sizes, is beyond an `Int`.
  public var elementCount: Int? {
    var product = 1
    for size in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      if overflow { return nil }
      product = next
    }
    return product
  }
}
