extension StoredDataset {
  /// The most that deflate can make of a byte is 1032 bytes.
  private static let largestExpansion = 1100
  /// What a dataset without any stored byte may claim: elements never written.
  private static let unwrittenAllowance = 1 << 16
  /// Beyond this much, elements that are not stored as they are may be that many times the file.
  private static let (trustedByteCount, trustedExpansion) = (1 << 30, 16)

  /// Makes sure that memory for a part can be afforded.
  ///
  /// - Parameters:
  ///   - part: Lies inside the dataset.
  ///   - elementByteCount: How large an element is in memory.
  /// - Returns: The number of its elements.
  /// - Throws: `implausibleSize`, `storedElsewhere`.
  func plausibleCount(of part: Hyperslab, memory elementByteCount: Int) throws(HDF5Error) -> Int {
    let count = Extents.product(part.extent)
    if count == .max { throw .implausibleSize(path: path, bytes: .max, limit: .max) }
    let claimed = Extents.product([count, max(elementByteCount, type.byteCount)])
    switch layout {
    case .elsewhere: throw .storedElsewhere(path: path)
    case .compact(let bytes): try require(whole, atMost: bytes.count)
    case .contiguous(let address?, let byteCount):
      try require(whole, atMost: min(byteCount, max(header.file.byteCount - address, 0)))
    case .contiguous(nil, _): try require(claimed, atMost: Self.unwrittenAllowance)
    case .chunked(let chunking):
      let stored = chunking.address == nil ? 0 : header.file.byteCount
      var limit = Self.unwrittenAllowance + Extents.product([stored, Self.largestExpansion])
      limit = min(
        limit, max(Self.trustedByteCount, Extents.product([stored, Self.trustedExpansion])))
      try require(max(claimed, count == 0 ? 0 : chunking.byteCount), atMost: limit)
    }
    return count
  }

  /// Bytes of all elements.
  private var whole: Int { Extents.product(shape + [type.byteCount]) }

  private func require(_ bytes: Int, atMost limit: Int) throws(HDF5Error) {
    if bytes > limit { throw .implausibleSize(path: path, bytes: bytes, limit: limit) }
  }

  /// Copies the elements of a part as they are stored.
  ///
  /// - Parameters:
  ///   - buffer: Exactly large enough.
  ///   - part: Lies inside the dataset and was found plausible.
  /// - Throws: `damaged`, `unsupported`, `storedElsewhere`, `callFailed`.
  func fill(_ buffer: UnsafeMutableRawBufferPointer, with part: Hyperslab) throws(HDF5Error) {
    if unsafe buffer.isEmpty { return }
    switch layout {
    case .elsewhere: throw .storedElsewhere(path: path)
    case .compact(let bytes):
      for run in Runs(of: part, in: part, and: Box(shape: shape)) {
        unsafe copy(bytes, run.second, to: buffer, run.first, run.count)
      }
    case .contiguous(nil, _): unsafe try repeatFillValue(in: buffer)
    case .contiguous(let address?, _):
      for run in Runs(of: part, in: part, and: Box(shape: shape)) {
        let place = unsafe UnsafeMutableRawBufferPointer(
          rebasing: buffer[run.first * type.byteCount..<(run.first + run.count) * type.byteCount])
        try unsafe header.file.fill(
          place, at: address + run.second * type.byteCount, of: "dataset")
      }
    case .chunked(let chunking): unsafe try fill(buffer, with: part, chunking)
    }
  }

  private func fill(
    _ buffer: UnsafeMutableRawBufferPointer, with part: Hyperslab,
    _ chunking: StorageLayout.Chunking
  ) throws(HDF5Error) {
    unsafe try repeatFillValue(in: buffer)
    let filters = try FilterPipeline(try header.message(.filters))
    var index = try ChunkIndex(
      chunking, limits: limits, isFiltered: !filters.isEmpty, in: header.file)
    for place in Grid(of: part, chunks: chunking.extents) {
      guard let entry = try index.entry(at: place) else { continue }
      let chunk = Hyperslab(
        origin: zip(place, chunking.extents).map { $0 * $1 }, extent: chunking.extents)
      let bytes = try read(entry, chunk, filters, chunking)
      for run in Runs(of: part.intersection(chunk), in: part, and: chunk) {
        unsafe copy(bytes, run.second, to: buffer, run.first, run.count)
      }
    }
  }

  private func read(
    _ entry: ChunkIndex.Entry, _ chunk: Hyperslab, _ filters: FilterPipeline,
    _ chunking: StorageLayout.Chunking
  ) throws(HDF5Error) -> [UInt8] {
    // Deflate makes no chunk larger by more than this, so that reading all of them stays bounded.
    let largest = chunking.byteCount + chunking.byteCount / 64 + 1024
    guard entry.byteCount <= largest else {
      throw header.file.damaged("chunk", at: entry.address, "is larger than its elements")
    }
    let stored = try header.file.read(entry.byteCount, at: entry.address, of: "chunk")
    let isEdge = zip(zip(chunk.origin, chunk.extent), shape).contains { $0.0 + $0.1 > $1 }
    let mask = chunking.leavesEdgesUnfiltered && isEdge ? .max : entry.mask
    guard let bytes = filters.undo(stored, mask: mask, byteCount: chunking.byteCount) else {
      throw header.file.damaged("chunk", at: entry.address, "does not decompress to its size")
    }
    return bytes
  }

  private func copy(
    _ bytes: [UInt8], _ source: Int, to buffer: UnsafeMutableRawBufferPointer, _ target: Int,
    _ count: Int
  ) {
    let size = type.byteCount
    unsafe bytes.withUnsafeBytes { bytes in
      let run = unsafe UnsafeRawBufferPointer(
        rebasing: bytes[source * size..<(source + count) * size])
      let place = unsafe UnsafeMutableRawBufferPointer(
        rebasing: buffer[target * size..<(target + count) * size])
      unsafe place.copyMemory(from: run)
    }
  }

  /// Elements never written have the fill value, which is 0 when none is set.
  private func repeatFillValue(in buffer: UnsafeMutableRawBufferPointer) throws(HDF5Error) {
    unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0)
    let value = try fillValue()
    guard value.count == type.byteCount, value.contains(where: { $0 != 0 }) else { return }
    for start in stride(from: 0, to: buffer.count - value.count + 1, by: value.count) {
      for (offset, byte) in value.enumerated() { unsafe buffer[start + offset] = byte }
    }
  }

  private func fillValue() throws(HDF5Error) -> [UInt8] {
    if var message = try header.message(.fillValue) {
      let version = try message.byte()
      let flags = try message.byte()
      if version == 3 { return flags & 32 != 0 ? try message.take(try message.number(4)) : [] }
      try message.skip(1)
      let isDefined = try message.byte() != 0
      return version == 1 || isDefined ? try message.take(try message.number(4)) : []
    }
    guard var message = try header.message(.oldFillValue) else { return [] }
    return try message.take(try message.number(4))
  }
}
