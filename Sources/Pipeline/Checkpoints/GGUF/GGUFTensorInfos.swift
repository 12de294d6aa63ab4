import Files

/// The list of tensors of a GGUF file.
struct GGUFTensorInfos {
  /// Dimensions that ggml has (`GGML_MAX_DIMS`).
  static let dimensionLimit = 4

  private struct Info {
    let descriptor: TensorDescriptor
    let offset: UInt64
    let byteCount: Int
  }

  private var infos: [Info] = []

  /// Reads `count` entries.
  init(_ count: Int, from cursor: inout GGUFCursor) throws(GGUFFault) {
    infos.reserveCapacity(count)
    for _ in 0..<count { infos.append(try Self.read(from: &cursor)) }
  }

  /// The tensors as parts of the file: the data begins at the first multiple of the alignment after
  /// the header.
  func table(
    of file: MappedFile, headerEnd: Int, alignment: Int
  ) throws(GGUFFault) -> TensorTable {
    let dataStart = (headerEnd + alignment - 1) / alignment * alignment
    var table = TensorTable(path: file.path)
    for info in infos {
      let range = try Self.range(of: info, from: dataStart, alignment, file.byteCount)
      let tensor = StoredTensor(descriptor: info.descriptor, file: file, byteRange: range)
      guard table.insert(tensor) else { throw .duplicateTensor(info.descriptor.name) }
    }
    try checkOverlap(table)
    return table
  }

  private static func read(from cursor: inout GGUFCursor) throws(GGUFFault) -> Info {
    let name = try cursor.readString("a tensor name")
    let what = "tensor \(quoted(name))"
    let dimensionCount = try cursor.read(UInt32.self, what)
    guard dimensionCount <= UInt32(dimensionLimit) else {
      throw .tooManyDimensions(tensor: name, count: dimensionCount, limit: dimensionLimit)
    }
    var sizes: [Int] = []
    for _ in 0..<dimensionCount {
      guard let size = Int(exactly: try cursor.read(UInt64.self, what)) else {
        throw .shapeOverflows(tensor: name)
      }
      sizes.append(size)
    }
    let code = try cursor.read(UInt32.self, what)
    guard let type = ElementType(ggmlCode: code) else {
      throw .unknownElementType(tensor: name, code: code)
    }
    let offset = try cursor.read(UInt64.self, what)
    let descriptor = TensorDescriptor(name: name, shape: sizes.reversed(), elementType: type)
    return Info(descriptor: descriptor, offset: offset, byteCount: try byteCount(of: descriptor))
  }

  private static func byteCount(of descriptor: TensorDescriptor) throws(GGUFFault) -> Int {
    let type = descriptor.elementType
    guard descriptor.columns % type.elementsPerBlock == 0 else {
      throw .partialBlock(
        tensor: descriptor.name, columns: descriptor.columns, elementType: type)
    }
    guard let elements = descriptor.elementCount, let byteCount = type.byteCount(of: elements)
    else { throw .shapeOverflows(tensor: descriptor.name) }
    return byteCount
  }

  private static func range(
    of info: Info, from dataStart: Int, _ alignment: Int, _ fileByteCount: Int
  ) throws(GGUFFault) -> Range<Int> {
    let name = info.descriptor.name
    guard info.offset % UInt64(alignment) == 0 else {
      throw .misaligned(tensor: name, offset: info.offset, alignment: alignment)
    }
    let offset = Int(clamping: info.offset)
    let (start, startOverflows) = dataStart.addingReportingOverflow(offset)
    let (end, endOverflows) = start.addingReportingOverflow(info.byteCount)
    guard !startOverflows, !endOverflows, end <= fileByteCount else {
      throw .pastEnd(
        tensor: name, end: startOverflows || endOverflows ? .max : end,
        fileByteCount: fileByteCount)
    }
    return start..<end
  }

  private func checkOverlap(_ table: TensorTable) throws(GGUFFault) {
    let sorted = table.tensors.filter { !$0.byteRange.isEmpty }
      .sorted { $0.byteRange.lowerBound < $1.byteRange.lowerBound }
    for (tensor, next) in zip(sorted, sorted.dropFirst())
    where next.byteRange.lowerBound < tensor.byteRange.upperBound {
      throw .overlap(tensor: next.descriptor.name, other: tensor.descriptor.name)
    }
  }
}
