import Synchronization

/// The dates that templates were told, for the record: a rendering depends on them.
public final class TemplateDates: Sendable {
  private static let limit = 8
  private let told = Mutex<[String]>([])

  /// Starts with none.
  public init() {}

  /// Each text that a template was told, once, in order; a rendering past midnight adds another.
  public var texts: [String] { told.withLock { $0 } }

  func add(_ text: String) {
    told.withLock { texts in
      if texts.count < Self.limit, !texts.contains(text) { texts.append(text) }
    }
  }
}
