/// Which columns of prompt files, or members of their objects, hold what; nil for one of the usual names.
public struct PromptColumnNames: Sendable {
  /// Of the prompt.
  public var prompt: String?
  /// Of its category.
  public var category: String?

  /// Creates names.
  ///
  /// - Parameters:
  ///   - prompt: Of the prompt.
  ///   - category: Of its category.
  public init(prompt: String? = nil, category: String? = nil) {
    self.prompt = prompt
    self.category = category
  }

  /// JailbreakBench, StrongREJECT: `Category`; HarmBench: `SemanticCategory`; XSTest: `type`.
  private static let categories = ["category", "SemanticCategory", "type"]

  /// The place of the category among the columns, by names in upper or lower case alike.
  func category(in names: [String]) -> Int? {
    (category.map { [$0] } ?? Self.categories).lazy.compactMap { wanted in
      names.firstIndex(of: wanted)
        ?? names.firstIndex { $0.lowercased() == wanted.lowercased() }
    }.first
  }
}
