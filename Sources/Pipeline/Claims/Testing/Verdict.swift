/// What becomes of a claim.
package enum Verdict: String, Sendable, Equatable, CaseIterable {
  case reproduced
  case notReproduced = "not reproduced"
  case unstable
  case notTestable = "not testable here"
}

extension [Verdict] {
  /// Of a claim about all of something: one counterexample is enough, and what could not be tested does not count.
  package var ofAll: Verdict {
    let tested = filter { $0 != .notTestable }
    if tested.isEmpty { return .notTestable }
    if tested.contains(.notReproduced) { return .notReproduced }
    return tested.contains(.unstable) ? .unstable : .reproduced
  }

  /// Of a claim that was tested several times: what disagrees is unstable.
  package var ofEach: Verdict {
    let tested = filter { $0 != .notTestable }
    guard let first = tested.first else { return .notTestable }
    return tested.allSatisfy { $0 == first } ? first : .unstable
  }
}
