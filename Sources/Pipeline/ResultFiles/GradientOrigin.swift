import HDF5

/// Which example a gradient is of, and what was done to that example.
public struct GradientOrigin: Sendable, Equatable {
  /// The kind of what nothing was done to.
  public static let example = "example"

  /// `example`, or the name of a control.
  public var kind: String
  /// Index of the example that a control belongs to; of an example its own.
  public var source: Int

  /// Creates an origin.
  ///
  /// - Parameters:
  ///   - kind: `example`, or the name of a control.
  ///   - source: Index of the example that it belongs to.
  public init(kind: String, source: Int) {
    self.kind = kind
    self.source = source
  }
}

extension [GradientExample] {
  /// The kinds that there are, each once, in the order of the file; empty in a file without controls.
  public var kinds: [String] {
    var kinds: [String] = []
    for case let origin? in map(\.origin) where !kinds.contains(origin.kind) {
      kinds.append(origin.kind)
    }
    return kinds
  }

  /// The examples of one kind.
  ///
  /// - Parameter kind: `example`, or the name of a control; nil for all.
  /// - Returns: Indices, ascending.
  public func indices(ofKind kind: String?) -> [Int] {
    indices.filter { kind == nil || self[$0].origin?.kind == kind }
  }
}

extension GradientOrigin {
  /// Names of its columns.
  static let columns = ["kind", "source"]

  /// Writes the columns along `/example`.
  static func write(
    _ origins: [GradientOrigin], to root: borrowing Group, along scale: borrowing ColumnScale
  ) throws(HDF5Error) {
    try root.write(origins.map(\.kind), as: "kind", along: scale)
    try root.write(origins.map { Int32(clamping: $0.source) }, as: "source", along: scale)
  }

  /// Reads what `write` writes, or nil where neither column is there.
  ///
  /// Groups are called after kinds, which must therefore be names.
  static func read(from root: StoredGroup, count: Int) throws(HDF5Error) -> [GradientOrigin]? {
    if try !root.contains("kind"), try !root.contains("source") { return nil }
    let kinds = try root.textColumn("kind", count: count)
    let sources = try root.countColumn("source", count: count)
    for kind in kinds where !isName(kind) {
      throw .invalidValue(
        path: try root.dataset("kind").path, expected: "names of groups", found: "'\(kind)'")
    }
    for source in sources where source >= count {
      throw .invalidValue(
        path: try root.dataset("source").path, expected: "indices of \(count) examples",
        found: "\(source)")
    }
    return zip(kinds, sources).map { GradientOrigin(kind: $0, source: $1) }
  }
}

/// Whether HDF5 can call a group so.
private func isName(_ text: String) -> Bool {
  !["", ".", ".."].contains(text) && !text.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
}
