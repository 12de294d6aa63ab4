/// Spectra of the sweep as the subspace of a recovery: `spectra`, `spectra:NAME`, `init-spectra` or
/// `init-spectra:NAME`.
struct SpectraChoice {
  /// Of the model before the attack.
  let isOfInit: Bool
  /// Nil for the only ones that there are.
  let name: String?

  private static let own = "spectra"
  private static let ofInit = "init-spectra"

  /// Nil for a text that means something else.
  init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, first == Self.own || first == Self.ofInit else { return nil }
    isOfInit = first == Self.ofInit
    name = parts.count > 1 ? String(parts[1]) : nil
  }

  private init(isOfInit: Bool, name: String?) {
    self.isOfInit = isOfInit
    self.name = name
  }

  /// The same of others.
  func withName(_ name: String) -> SpectraChoice {
    SpectraChoice(isOfInit: isOfInit, name: name.isEmpty ? nil : name)
  }

  /// As a sweep file writes it.
  var text: String { (isOfInit ? Self.ofInit : Self.own) + (name.map { ":\($0)" } ?? "") }
}

/// A model of the sweep that an evaluation compares with.
enum ReferenceChoice: String {
  /// The model before the attack.
  case initial = "init"
  /// The model that a recovery began with.
  case attacked
}
