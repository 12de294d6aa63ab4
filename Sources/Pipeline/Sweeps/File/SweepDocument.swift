import Failures
import Files
import Foundation
import Synchronization
import Yams

/// The text of a sweep file, parsed: YAML without aliases, of bounded size and depth.
package enum SweepDocument {
  /// A sweep file is written by people.
  package static let byteLimit = 4 << 20
  /// Levels of lists and maps.
  static let depthLimit = 16
  /// Lists and maps on one line or in one another, which the parser goes down into.
  static let nestingLimit = 20_000

  /// Reads a file.
  ///
  /// - Parameter path: The file.
  /// - Returns: Its root.
  /// - Throws: `SweepError`.
  package static func read(_ path: String) throws(SweepError) -> SweepNode {
    let bytes: [UInt8]
    do throws(FileFault) {
      bytes = try OpenFile.contents(of: path, limit: byteLimit)
    } catch {
      throw SweepError(.file(reason: "\(error)", error.kind), at: nil, in: path)
    }
    return try parse(bytes, path: path)
  }

  /// Parses a text.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - path: For messages.
  /// - Returns: The root.
  /// - Throws: `SweepError`.
  package static func parse(_ bytes: [UInt8], path: String) throws(SweepError) -> SweepNode {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SweepError(.malformed("it is not UTF-8"), at: nil, in: path)
    }
    try requireShallow(text, path)
    try requireNoAliases(text, path)
    return try onDeepStack { () throws(SweepError) in try compose(text, path) }
  }

  /// The parser calls itself for each level, and looks at each simple key for each level.
  private static func requireShallow(_ text: String, _ path: String) throws(SweepError) {
    let openings = text.utf8.count { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "{") }
    if openings > nestingLimit {
      throw SweepError(
        .tooComplex("\(openings) lists and maps in brackets, more than \(nestingLimit)"), at: nil,
        in: path)
    }
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let chain = line.utf8.prefix { " -?\t".utf8.contains($0) }.count {
        $0 != UInt8(ascii: " ")
      }
      if chain > 2 * depthLimit {
        throw SweepError(
          .tooComplex("\(chain) levels, more than \(depthLimit)"),
          at: SweepPlace(line: index + 1, column: 1), in: path)
      }
    }
  }

  /// A text with an anchor and an alias is not even parsed: keys made of aliases take time without end.
  private static func requireNoAliases(_ text: String, _ path: String) throws(SweepError) {
    var anchor: SweepPlace?
    var alias: SweepPlace?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      var before: UInt8 = UInt8(ascii: " ")
      let units = Array(line.utf8)
      for (column, unit) in units.enumerated() {
        defer { before = unit }
        guard unit == UInt8(ascii: "&") || unit == UInt8(ascii: "*"),
          " \t[{,:-?".utf8.contains(before), column + 1 < units.count,
          !" \t,]}".utf8.contains(units[column + 1])
        else { continue }
        let place = SweepPlace(line: index + 1, column: column + 1)
        if unit == UInt8(ascii: "&") { anchor = anchor ?? place } else { alias = alias ?? place }
      }
    }
    if anchor != nil, let alias { throw SweepError(.alias, at: alias, in: path) }
  }

  private static func compose(_ text: String, _ path: String) throws(SweepError) -> SweepNode {
    let parser: Parser
    let root: Node?
    do {
      parser = try Parser(yaml: text, encoding: .utf8)
      root = try parser.singleRoot()
    } catch {
      throw SweepError(error, path)
    }
    guard let root else { throw SweepError(.noCells("the file is empty"), at: nil, in: path) }
    // Nodes hold their anchors weakly; the parser holds them.
    return try withExtendedLifetime(parser) { () throws(SweepError) in
      try convert(root, path, depth: 0)
    }
  }

  private static func convert(
    _ node: Node, _ path: String, depth: Int
  ) throws(SweepError) -> SweepNode {
    let place = SweepPlace(node.mark)
    guard depth <= depthLimit else {
      throw SweepError(.tooComplex("more than \(depthLimit) levels"), at: place, in: path)
    }
    if node.anchor != nil { throw SweepError(.alias, at: place, in: path) }
    switch node {
    case .scalar(let scalar):
      return SweepNode(
        value: .scalar(scalar.string, isPlain: scalar.style == .plain), place: place)
    case .sequence(let sequence):
      var nodes: [SweepNode] = []
      for element in sequence { nodes.append(try convert(element, path, depth: depth + 1)) }
      return SweepNode(value: .list(nodes), place: place)
    case .mapping(let mapping):
      var members: [SweepNode.Member] = []
      for (key, value) in mapping {
        let keyPlace = SweepPlace(key.mark)
        guard case .scalar(let scalar) = key else {
          throw SweepError(
            .malformed("a list or map stands where a key is expected"), at: keyPlace, in: path)
        }
        members.append(
          SweepNode.Member(
            key: scalar.string, place: keyPlace,
            value: try convert(value, path, depth: depth + 1)))
      }
      return SweepNode(value: .map(members), place: place)
    case .alias: throw SweepError(.alias, at: place, in: path)
    }
  }

  /// Runs `body` on a thread whose stack holds as many levels as a file may have.
  private static func onDeepStack<Result: Sendable>(
    _ body: @escaping @Sendable () throws(SweepError) -> Result
  ) throws(SweepError) -> Result {
    let outcome = Mutex<Swift.Result<Result, SweepError>?>(nil)
    let slot = Slot(outcome)
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      let result: Swift.Result<Result, SweepError>
      do throws(SweepError) { result = .success(try body()) } catch { result = .failure(error) }
      slot.value.withLock { $0 = result }
      done.signal()
    }
    thread.stackSize = 256 << 20
    thread.start()
    done.wait()
    guard let result = slot.value.withLock({ $0 }) else {
      throw SweepError(.malformed("no thread to read it on"), at: nil, in: "")
    }
    return try result.get()
  }

  private final class Slot<Value: Sendable>: Sendable {
    let value: Mutex<Value>
    init(_ value: consuming sending Mutex<Value>) { self.value = value }
  }
}

extension SweepPlace {
  fileprivate init(_ mark: Mark?) {
    self.init(line: max(mark?.line ?? 1, 1), column: max(mark?.column ?? 1, 1))
  }
}

extension SweepError {
  /// What the parser found, on one line.
  fileprivate init(_ error: any Error, _ path: String) {
    switch error as? YamlError {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let place = context.map { " (\($0.text) on line \($0.mark.line))" } ?? ""
      self.init(.malformed(problem + place), at: SweepPlace(mark), in: path)
    case .duplicatedKeysInMapping(let keys, let context):
      self.init(.repeatedKey(keys.first ?? ""), at: SweepPlace(context.mark), in: path)
    case .reader(let problem, let offset, _, let yaml):
      let before = yaml.utf8.prefix(max(0, offset ?? 0))
      let line = before.count { $0 == UInt8(ascii: "\n") } + 1
      self.init(.malformed(problem), at: SweepPlace(line: line, column: 1), in: path)
    default: self.init(.malformed("\(error)"), at: nil, in: path)
    }
  }
}
