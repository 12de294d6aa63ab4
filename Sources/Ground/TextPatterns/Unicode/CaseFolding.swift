/// Which scalars are equal without regard to case, by Unicode's full case folding.
///
/// The standard library has no case folding, but upper and lower case lead to it: the folded form
/// is the lower case of the upper case of the lower case.
enum CaseFolding {
  /// All scalars that fold to the same text as a given one, itself included.
  static func variants(of scalar: UInt32) -> ScalarSet {
    guard let folded = folding[scalar] else { return ScalarSet([scalar...scalar]) }
    return scalars[folded] ?? ScalarSet([scalar...scalar])
  }

  /// A set with all case variants of its members.
  static func closure(of set: ScalarSet) -> ScalarSet {
    let cased = folding.filter { set.contains($0.key) }.values
    return Set(cased).reduce(set) { $0.union(scalars[$1] ?? ScalarSet()) }
  }

  /// The folded form when it is longer than one scalar, such as `ss` for the sharp s.
  static func expansion(of scalar: UInt32) -> [UInt32]? {
    guard let folded = folding[scalar], folded.count > 1 else { return nil }
    return folded
  }

  /// The single scalars that fold to the same as the first two or three of a text, the longer
  /// form first.
  static func contractions(startOf text: ArraySlice<UInt32>) -> [(length: Int, set: ScalarSet)] {
    (2...3).reversed().compactMap { length in
      guard text.count >= length else { return nil }
      let folded = text.prefix(length).flatMap { folding[$0] ?? [$0] }
      return scalars[folded].map { (length, $0) }
    }
  }

  /// The folded form of every scalar that has case.
  private static let folding: [UInt32: [UInt32]] = {
    var folding: [UInt32: [UInt32]] = [:]
    let cased = CharacterDatabase.scalars(.oniguruma) { $0.changesWhenCaseMapped }
    for value in cased.ranges.joined() where value != dotlessI {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let upper = scalar.properties.lowercaseMapping.unicodeScalars
        .flatMap(\.properties.uppercaseMapping.unicodeScalars)
      folding[value] = upper.flatMap(\.properties.lowercaseMapping.unicodeScalars).map(\.value)
    }
    return folding
  }()

  /// The scalars of every folded form.
  private static let scalars: [[UInt32]: ScalarSet] =
    Dictionary(grouping: folding, by: \.value).mapValues { ScalarSet($0.map(\.key)) }

  /// Its upper case is the plain I, but folding leaves it alone.
  private static let dotlessI: UInt32 = 0x131
}
