import Files
import Synchronization

/// Which of a model's templates conversations were rendered with, for the record.
final class RenderedTemplates: Sendable {
  private let texts = Mutex<[String]>([])

  /// Notes that a template was used.
  func add(_ text: String) {
    texts.withLock { texts in
      if !texts.contains(text) { texts.append(text) }
    }
  }

  /// Identifies the templates that were used and what was handed to them.
  ///
  /// Of one template without arguments it is the SHA-256 of its text, as of a `chat_template.jinja`;
  /// otherwise that of the digests of all of them, sorted, and of the arguments, a line each.
  ///
  /// - Parameters:
  ///   - unused: The text of the template that would be used, where none was yet; nil without one.
  ///   - arguments: What was handed to them.
  /// - Returns: The digest in hexadecimal; nil where there is no template.
  func fingerprint(otherwise unused: String?, _ arguments: TemplateArguments) -> String? {
    let used = texts.withLock { $0 }
    return Self.fingerprint(used.isEmpty ? unused.map { [$0] } ?? [] : used, arguments)
  }

  static func fingerprint(_ texts: [String], _ arguments: TemplateArguments) -> String? {
    var lines = texts.map { Digest.sha256(Array($0.utf8)) }.sorted()
    if lines.isEmpty { return nil }
    if !arguments.isEmpty { lines.append(arguments.record) }
    return lines.count == 1
      ? lines[0] : Digest.sha256(Array(lines.joined(separator: "\n").utf8))
  }
}
