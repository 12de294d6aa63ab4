/// What characters are made of, by Unicode 9, the version that the `tokenizers` library normalises
/// by.
///
/// The standard library compares strings by their normal forms but gives nobody those forms.
enum UnicodeDecomposition {
  /// The full canonical decomposition of each scalar that has one.
  static let canonical = expanded(canonicalPairs)

  /// The full compatibility decomposition of each scalar that has one.
  static let compatibility = expanded(
    canonicalPairs.merging(parsed(compatibilityMappings)) { canonical, _ in canonical })

  /// The scalar that two others compose to, by first << 32 | second.
  static let compositions: [UInt64: UInt32] = {
    var compositions: [UInt64: UInt32] = [:]
    for (scalar, parts) in canonicalPairs where parts.count == 2 {
      let properties = Unicode.Scalar(scalar)?.properties
      guard properties?.isFullCompositionExclusion == false else { continue }
      compositions[UInt64(parts[0]) << 32 | UInt64(parts[1])] = scalar
    }
    return compositions
  }()

  private static let canonicalPairs = parsed(canonicalMappings)

  private static func parsed(_ mappings: String) -> [UInt32: [UInt32]] {
    var table: [UInt32: [UInt32]] = [:]
    for mapping in mappings.split(whereSeparator: \.isWhitespace) {
      let sides = mapping.split(separator: "=")
      guard sides.count == 2 else { continue }
      let range = sides[0].split(separator: "-").compactMap { UInt32($0, radix: 16) }
      var parts = sides[1].split(separator: "+").compactMap { UInt32($0, radix: 16) }
      guard let first = range.first, let last = range.last, first <= last else { continue }
      for scalar in first...last {
        table[scalar] = parts
        parts[parts.count - 1] += 1
      }
    }
    return table
  }

  /// Replaces the parts by their own parts until nothing can be replaced.
  private static func expanded(_ table: [UInt32: [UInt32]]) -> [UInt32: [UInt32]] {
    func expand(_ scalar: UInt32) -> [UInt32] {
      table[scalar].map { $0.flatMap(expand) } ?? [scalar]
    }
    return table.mapValues { $0.flatMap(expand) }
  }
}
