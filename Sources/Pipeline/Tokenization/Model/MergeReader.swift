import OrderedJSON
import TextPatterns

/// Reads the list of merges, in order of their rank.
struct MergeReader {
  private let vocabulary: Vocabulary
  /// What the right part of a merge carries but the joined token does not.
  private let prefix: [UInt8]
  /// What a pair of token ids becomes: rank << 32 | id of the joined token.
  private(set) var merges = PairTable()
  /// Whether no merge joins a space to something else before it.
  private(set) var keepsSpacesFirst = true

  /// Reads merges written as `["a", "b"]` or, in older files, as `"a b"`.
  init(
    _ section: JSONSection, vocabulary: Vocabulary, prefix: [UInt8]
  ) throws(TokenizerError) {
    self.vocabulary = vocabulary
    self.prefix = prefix
    try read(section)
  }

  private mutating func read(_ section: JSONSection) throws(TokenizerError) {
    guard let elements = section.value.arrayValue else {
      throw .wrongType(key: section.path, expected: "an array", found: section.value.kind)
    }
    merges = PairTable(minimumCapacity: elements.count)
    var rank: UInt32 = 0
    for (index, element) in elements.enumerated() {
      let key = "\(section.path)[\(index)]"
      guard let merge = try parts(of: JSONSection(value: element, path: key)) else { continue }
      let left = try id(of: merge.left[...], key)
      let right = try id(of: merge.right[...], key)
      let joined = try id(of: (merge.left + merge.right.dropFirst(prefix.count))[...], key)
      merges.set(UInt64(rank) << 32 | UInt64(joined), for: left, right)
      rank &+= 1
      if merge.right.starts(with: Metaspace.space), !merge.left.ends(with: Metaspace.space) {
        keepsSpacesFirst = false
      }
    }
  }

  /// The two tokens of a merge, or nil for the version line that old lists begin with.
  private func parts(
    of section: JSONSection
  ) throws(TokenizerError) -> (left: [UInt8], right: [UInt8])? {
    if case .string(let line) = section.value {
      let bytes = Array(line.utf8)
      if bytes.starts(with: "#version".utf8) { return nil }
      let parts = bytes.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        throw .invalid(key: section.path, value: line, reason: "a merge joins two tokens")
      }
      return (Array(parts[0]), Array(parts[1]))
    }
    let parts = try section.elements()
    guard parts.count == 2 else {
      throw .invalid(
        key: section.path, value: section.value.text(), reason: "a merge joins two tokens")
    }
    return (Array(try parts[0].string().utf8), Array(try parts[1].string().utf8))
  }

  private func id(of token: ArraySlice<UInt8>, _ key: String) throws(TokenizerError) -> UInt32 {
    guard let id = vocabulary.id(of: token) else {
      throw .unknownToken(key: key, token: String(decoding: token, as: UTF8.self))
    }
    return id
  }
}
