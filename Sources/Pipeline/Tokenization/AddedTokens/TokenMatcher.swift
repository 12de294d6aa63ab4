/// Finds the leftmost, then longest, of many byte strings in a text.
///
/// An Aho-Corasick automaton: time is linear in the text however many strings there are. Source:
/// Aho and Corasick, Efficient string matching, 1975; the leftmost rule cuts the failure links of
/// states where a string ends, so that nothing that begins later can be preferred.
struct TokenMatcher: Sendable {
  private static let root: UInt32 = 0
  private static let dead = UInt32.max

  private struct State {
    var failure = TokenMatcher.root
    var match: Match?
  }

  private struct Match {
    let id: UInt32
    let length: Int
  }

  private var states = [State()]
  private var edges = PairTable()  // (state, byte) -> state
  private var isFirstByte = Array(repeating: false, count: 256)

  /// Of equal strings the last one counts.
  init(_ strings: [(bytes: [UInt8], id: UInt32)]) {
    for string in strings { insert(string.bytes, string.id) }
    linkFailures(strings.map(\.bytes))
  }

  /// The string found first from a position, or nil when there is none before the end of a range.
  func firstMatch(
    in bytes: [UInt8], from start: Int, to end: Int
  ) -> (id: UInt32, range: Range<Int>)? {
    var state = Self.root
    var found: (id: UInt32, range: Range<Int>)?
    var position = start
    while position < end {
      if state == Self.root, !isFirstByte[Int(bytes[position])] {
        position += 1
        continue
      }
      state = next(state, bytes[position])
      position += 1
      if state == Self.dead { break }
      if let match = states[Int(state)].match {
        found = (match.id, (position - match.length)..<position)
      }
    }
    return found
  }

  private func next(_ from: UInt32, _ byte: UInt8) -> UInt32 {
    var state = from
    while state != Self.dead {
      if let next = edges[state, UInt32(byte)] { return UInt32(truncatingIfNeeded: next) }
      if state == Self.root { return Self.root }
      state = states[Int(state)].failure
    }
    return Self.dead
  }

  // MARK: Construction

  private mutating func insert(_ bytes: [UInt8], _ id: UInt32) {
    guard let first = bytes.first else { return }
    isFirstByte[Int(first)] = true
    var state = Self.root
    for byte in bytes {
      if let next = edges[state, UInt32(byte)] {
        state = UInt32(truncatingIfNeeded: next)
      } else {
        let next = UInt32(truncatingIfNeeded: states.count)
        edges.set(UInt64(next), for: state, UInt32(byte))
        states.append(State())
        state = next
      }
    }
    states[Int(state)].match = Match(id: id, length: bytes.count)
  }

  /// Links each state to that of its longest proper suffix, shorter prefixes first.
  private mutating func linkFailures(_ strings: [[UInt8]]) {
    var isLinked = Array(repeating: false, count: states.count)
    var level = strings.indices.map { (string: $0, state: Self.root) }
    var depth = 0
    while !level.isEmpty {
      level = level.compactMap { string, parent in
        guard depth < strings[string].count else { return nil }
        let byte = strings[string][depth]
        let state = next(parent, byte)
        if !isLinked[Int(state)] { link(state, under: parent, by: byte) }
        isLinked[Int(state)] = true
        return (string, state)
      }
      depth += 1
    }
  }

  /// A state where a string ends has no failure link, and neither have those below it.
  private mutating func link(_ state: UInt32, under parent: UInt32, by byte: UInt8) {
    if states[Int(state)].match != nil {
      states[Int(state)].failure = Self.dead
    } else if parent != Self.root {
      let failure = next(states[Int(parent)].failure, byte)
      states[Int(state)].failure = failure
      if failure != Self.dead { states[Int(state)].match = states[Int(failure)].match }
    }
  }
}
