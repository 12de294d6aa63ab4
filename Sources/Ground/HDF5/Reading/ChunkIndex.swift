/// Finds the stored chunks of a dataset.
///
/// A chunk is named by its place in the grid of chunks; places are numbered row after row.
struct ChunkIndex {
  /// A stored chunk.
  struct Entry {
    let address: Int
    let byteCount: Int
    /// Filters that were left out.
    let mask: Int
  }

  private let file: FileBytes
  private let chunking: StorageLayout.Chunking
  private let isFiltered: Bool
  /// Chunks along each dimension, up to the limit of its growth; nil is without end.
  private let grid: [Int?]
  private var entries: [[Int]: Entry] = [:]
  private var array: ChunkArray?

  /// Reads what there is of the index.
  ///
  /// - Throws: `damaged`.
  init(
    _ chunking: StorageLayout.Chunking, limits: [Int?], isFiltered: Bool, in file: FileBytes
  ) throws(HDF5Error) {
    self.file = file
    self.chunking = chunking
    self.isFiltered = isFiltered
    grid = zip(limits, chunking.extents).map { limit, extent in
      limit.map { $0 / extent + ($0 % extent > 0 ? 1 : 0) }
    }
    guard let address = chunking.address else { return }
    switch chunking.index {
    case .oldTree: try readOldTree(address)
    case .newTree: try readNewTree(address)
    case .fixedArray: array = try ChunkArray(fixedAt: address, isFiltered: isFiltered, in: file)
    case .extensibleArray:
      array = try ChunkArray(extensibleAt: address, isFiltered: isFiltered, in: file)
    case .single, .implicit: break
    }
  }

  /// The chunk at a place in the grid, or nil when it was never written.
  ///
  /// - Throws: `damaged`.
  mutating func entry(at place: [Int]) throws(HDF5Error) -> Entry? {
    guard let address = chunking.address else { return nil }
    switch chunking.index {
    case .oldTree, .newTree: return entries[place]
    case .single(let filtered):
      return Entry(
        address: address, byteCount: filtered?.byteCount ?? chunking.byteCount,
        mask: filtered?.mask ?? 0)
    case .implicit:
      let (offset, overflow) = try number(of: place).multipliedReportingOverflow(
        by: chunking.byteCount)
      let (start, tooFar) = address.addingReportingOverflow(offset)
      if overflow || tooFar { throw damaged("has a chunk outside the file") }
      return Entry(address: start, byteCount: chunking.byteCount, mask: 0)
    case .fixedArray, .extensibleArray:
      return try array?.entry(try number(of: place), unfilteredByteCount: chunking.byteCount)
    }
  }

  /// The number of a place; in an extensible array the dimension that grows runs slowest.
  private func number(of place: [Int]) throws(HDF5Error) -> Int {
    var axes = Array(place.indices)
    if case .extensibleArray = chunking.index, let axis = grid.firstIndex(where: { $0 == nil }) {
      axes.remove(at: axis)
      axes.insert(axis, at: 0)
    }
    var number = 0
    for (index, axis) in axes.enumerated() {
      guard index == 0 || grid[axis] != nil else { throw damaged("grows in two dimensions") }
      let (product, overflow) = number.multipliedReportingOverflow(by: grid[axis] ?? 1)
      let (sum, tooLarge) = product.addingReportingOverflow(place[axis])
      if overflow || tooLarge { throw damaged("has too many chunks") }
      number = sum
    }
    return number
  }

  private mutating func readOldTree(_ address: Int) throws(HDF5Error) {
    let rank = chunking.extents.count
    let tree = OldTree(file: file, type: 1, keyByteCount: 8 + 8 * (rank + 1))
    for (key, child) in try tree.entries(from: address) {
      var key = key
      let byteCount = try key.number(4)
      let mask = try key.number(4)
      var place: [Int] = []
      for extent in chunking.extents { place.append(try key.number(8) / extent) }
      entries[place] = Entry(address: child, byteCount: byteCount, mask: mask)
    }
  }

  private mutating func readNewTree(_ address: Int) throws(HDF5Error) {
    let rank = chunking.extents.count
    for record in try NewTree(at: address, of: isFiltered ? 11 : 10, in: file).records() {
      var record = record
      let start = try record.requiredAddress()
      var (byteCount, mask) = (chunking.byteCount, 0)
      if isFiltered {
        byteCount = try record.number(record.remaining - 4 - 8 * rank)
        mask = try record.number(4)
      }
      var place: [Int] = []
      for _ in 0..<rank { place.append(try record.number(8)) }
      entries[place] = Entry(address: start, byteCount: byteCount, mask: mask)
    }
  }

  private func damaged(_ reason: String) -> HDF5Error {
    file.damaged("chunk index", at: chunking.address ?? 0, reason)
  }
}
