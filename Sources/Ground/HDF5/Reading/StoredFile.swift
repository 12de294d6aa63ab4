import Synchronization

/// An HDF5 file that is open for reading.
///
/// Files come from strangers, and the C library (1.10) trusts what it finds in them: there are bytes
/// on which it reads beyond its buffers, divides by zero or loops for ever, in places without number.
/// So it only writes, and files are read here, where every address, size and count is checked before
/// it is used. What HDF5 writes by default, what it writes with `libver='latest'`, and the filters
/// that h5py offers without further libraries (deflate, shuffle, fletcher32) are read; whatever else
/// there is in the format is refused by name.
///
/// Numbers in a file are believed as far as its bytes go: see `StoredDataset`.
/// Source: HDF5 File Format Specification Version 3.0.
public struct StoredFile: Sendable {
  /// The file's path.
  public let path: String
  /// The root group, through which everything in the file is reached.
  public let root: StoredGroup

  /// Opens a file.
  ///
  /// - Parameter path: Where.
  /// - Throws: `fileMissing`, `notRegularFile`, `cannotOpen`, `notHDF5`, `truncated`, `damaged`,
  ///   `unsupported`.
  public init(opening path: String) throws(HDF5Error) {
    let superblock = try Superblock(opening: path)
    let objects = ObjectCache(superblock)
    self.path = path
    root = try StoredGroup(
      try objects.header(at: superblock.rootAddress), path: "\(path):/", in: objects)
  }
}

/// The object headers and links of a file, each read once however often a path goes through it.
final class ObjectCache: Sendable {
  let file: FileBytes
  let rootAddress: Int
  private let headers = Mutex<[Int: ObjectHeader]>([:])
  private let links = Mutex<[Int: [[UInt8]: GroupLinks.Target]]>([:])
  /// As many links of a path are followed on the way to an object, like HDF5's own limit.
  private static let largestNesting = 16
  /// What is kept of a file of very many objects.
  private static let limit = 10_000

  init(_ superblock: Superblock) {
    file = superblock.file
    rootAddress = superblock.rootAddress
  }

  func header(at address: Int) throws(HDF5Error) -> ObjectHeader {
    if let header = headers.withLock({ $0[address] }) { return header }
    let header = try ObjectHeader(at: address, in: file)
    headers.withLock {
      if $0.count >= Self.limit { $0.removeAll() }
      $0[address] = header
    }
    return header
  }

  func links(of header: ObjectHeader) throws(HDF5Error) -> [[UInt8]: GroupLinks.Target] {
    if let found = links.withLock({ $0[header.address] }) { return found }
    let found = try GroupLinks.read(header)
    links.withLock {
      if $0.count >= Self.limit { $0.removeAll() }
      $0[header.address] = found
    }
    return found
  }

  /// The object that a path leads to.
  ///
  /// - Parameters:
  ///   - name: Relative to a group, or absolute.
  ///   - group: That group.
  ///   - path: File and object, for the error.
  ///   - nesting: How many links of a path were followed already.
  /// - Returns: The object, or nil when there is none.
  /// - Throws: `unreachable` for links in a circle or to another file, `damaged`.
  func find(
    _ name: some Collection<UInt8>, from group: ObjectHeader, path: String, nesting: Int = 0
  ) throws(HDF5Error) -> ObjectHeader? {
    guard nesting <= Self.largestNesting else {
      throw .unreachable(path: path, reason: "its links lead in a circle")
    }
    let slash = UInt8(ascii: "/")
    var current = name.first == slash ? try header(at: rootAddress) : group
    for component in name.split(separator: slash) where Array(component) != [UInt8(ascii: ".")] {
      switch try links(of: current)[Array(component)] {
      case nil: return nil
      case .object(let address): current = try header(at: address)
      case .path(let target):
        guard let object = try find(target, from: current, path: path, nesting: nesting + 1) else {
          throw .unreachable(path: path, reason: "a link on the way leads nowhere")
        }
        current = object
      case .elsewhere:
        throw .unreachable(path: path, reason: "a link on the way leads into another file")
      }
    }
    return current
  }
}
