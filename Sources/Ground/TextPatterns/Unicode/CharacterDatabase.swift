/// Sets of scalars by the properties that the standard library knows, as of a given version of
/// Unicode.
///
/// The standard library follows the newest version. The libraries that define what a
/// `tokenizer.json` means are older, each in its own way; a scalar that was assigned later is
/// unassigned to them, which its age tells.
package enum CharacterDatabase {
  /// A version of the Unicode standard.
  package struct Version: Comparable, Sendable {
    package let major: Int
    package let minor: Int

    /// Of Oniguruma 6.9.10, which matches the patterns.
    package static let oniguruma = Version(major: 16, minor: 0)
    /// Of Rust's standard library: digits and white space.
    package static let rust = Version(major: 17, minor: 0)
    /// Of the crate `unicode-normalization-alignments` 0.1.12.
    package static let normalization = Version(major: 9, minor: 0)
    /// Of the crate `unicode_categories` 0.1.1: punctuation.
    package static let punctuation = Version(major: 8, minor: 0)

    package static func < (left: Version, right: Version) -> Bool {
      (left.major, left.minor) < (right.major, right.minor)
    }

    /// Whether a scalar was assigned in this version.
    func includes(_ properties: Unicode.Scalar.Properties) -> Bool {
      guard let age = properties.age else { return false }
      return Version(major: age.major, minor: age.minor) <= self
    }
  }

  /// The scalars with a property.
  package static func scalars(
    _ version: Version, where hasProperty: (Unicode.Scalar.Properties) -> Bool
  ) -> ScalarSet {
    var ranges: [ClosedRange<UInt32>] = []
    for range in scannedRanges {
      for value in range {
        guard let scalar = Unicode.Scalar(value) else { continue }
        let properties = scalar.properties
        guard hasProperty(properties), version.includes(properties) else { continue }
        if let last = ranges.last, last.upperBound + 1 == value {
          ranges[ranges.count - 1] = last.lowerBound...value
        } else {
          ranges.append(value...value)
        }
      }
    }
    return ScalarSet(ranges)
  }

  /// The scalars of some general categories, `unassigned` not among them.
  package static func scalars(
    _ version: Version, in categories: [Unicode.GeneralCategory]
  ) -> ScalarSet {
    let planes = categories.contains(.privateUse) ? privateUsePlanes : ScalarSet()
    return scalars(version) { categories.contains($0.generalCategory) }.union(planes)
  }

  /// The scalars of every general category as Oniguruma has them.
  ///
  /// Patterns name categories again and again, so all of them are found in one go.
  static let categories: [Unicode.GeneralCategory: ScalarSet] = {
    var ranges: [Unicode.GeneralCategory: [ClosedRange<UInt32>]] = [:]
    var run: (category: Unicode.GeneralCategory, range: ClosedRange<UInt32>) = (.unassigned, 0...0)
    for range in scannedRanges {
      for value in range {
        let category = onigurumaCategory(of: value)
        if category == run.category, run.range.upperBound + 1 == value {
          run.range = run.range.lowerBound...value
        } else {
          ranges[run.category, default: []].append(run.range)
          run = (category, value...value)
        }
      }
    }
    ranges[run.category, default: []].append(run.range)
    ranges[.privateUse, default: []] += privateUsePlanes.ranges
    ranges[.unassigned] = nil
    ranges[.unassigned] = ScalarSet(ranges.values.flatMap(\.self)).inverted.ranges
    return ranges.mapValues { ScalarSet($0) }
  }()

  /// U+0295 lost its case in Unicode 17.
  private static func onigurumaCategory(of value: UInt32) -> Unicode.GeneralCategory {
    if value == 0x295 { return .lowercaseLetter }
    guard let properties = Unicode.Scalar(value)?.properties else { return .surrogate }
    return Version.oniguruma.includes(properties) ? properties.generalCategory : .unassigned
  }

  /// White space, which has not changed since Unicode 6.3.
  package static let whiteSpace = ScalarSet([
    0x09...0x0d, 0x20...0x20, 0x85...0x85, 0xa0...0xa0, 0x1680...0x1680, 0x2000...0x200a,
    0x2028...0x2029, 0x202f...0x202f, 0x205f...0x205f, 0x3000...0x3000,
  ])

  /// What `\w` matches in Rust's regular expressions.
  package static let rustWord = scalars(.oniguruma) {
    $0.isAlphabetic || $0.isJoinControl || $0.generalCategory == .decimalNumber
      || $0.generalCategory == .connectorPunctuation
      || [Unicode.GeneralCategory].mark.contains($0.generalCategory)
  }

  /// The planes that hold assigned characters, the two of private use left out.
  private static let scannedRanges: [Range<UInt32>] = [0..<0x40000, 0xe0000..<0xe1000]
  private static let privateUsePlanes = ScalarSet([0xf0000...0xffffd, 0x100000...0x10fffd])
}

extension Array<Unicode.GeneralCategory> {
  package static let letter: Self = [
    .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
  ]
  package static let mark: Self = [.nonspacingMark, .spacingMark, .enclosingMark]
  package static let number: Self = [.decimalNumber, .letterNumber, .otherNumber]
  package static let punctuation: Self = [
    .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
    .initialPunctuation, .finalPunctuation, .otherPunctuation,
  ]
  package static let symbol: Self = [.mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol]
  package static let separator: Self = [.spaceSeparator, .lineSeparator, .paragraphSeparator]
}
