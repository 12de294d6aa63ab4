/// An entry of `exclude`, `include` or `when`: keys, and for each the values that it holds for.
package struct SweepCondition: Sendable {
  package struct Test: Sendable {
    package let key: String
    package let values: [String]
  }

  package let tests: [Test]
  package let place: SweepPlace

  /// Whether all its keys are in a context and have one of the values.
  func holds(for context: [String: String]) -> Bool {
    tests.allSatisfy { test in context[test.key].map(test.values.contains) ?? false }
  }

  /// Whether no key of the context has another value.
  func allows(_ context: [String: String]) -> Bool {
    tests.allSatisfy { test in context[test.key].map(test.values.contains) ?? true }
  }
}

extension [SweepCondition] {
  /// Whether there are none, or one that no key of the context contradicts.
  func allow(_ context: [String: String]) -> Bool {
    isEmpty || contains { $0.allows(context) }
  }
}

extension SweepReader {
  /// The entries of `exclude`, `include` or `when`.
  ///
  /// - Parameters:
  ///   - member: A list of maps, or one map; none has no entries.
  ///   - contexts: Keys that cells differ in, with the values that there are.
  /// - Returns: An entry a map.
  /// - Throws: `SweepError`.
  func conditions(
    _ member: SweepNode.Member?, _ contexts: SweepContexts
  ) throws(SweepError) -> [SweepCondition] {
    guard let member else { return [] }
    let nodes = member.value.list ?? [member.value]
    if nodes.isEmpty { throw error(.empty(member.key), at: member.value.place) }
    var conditions: [SweepCondition] = []
    for entry in nodes {
      var tests: [SweepCondition.Test] = []
      for test in try members(entry, of: member.key, known: contexts.values.keys.sorted()) {
        let there = contexts.values[test.key] ?? []
        var values: [String] = []
        for (text, place) in try texts(test.value, test.key) {
          let value = contexts.normalized(test.key, text)
          guard there.contains(value) else {
            throw error(
              .invalidValue(
                key: test.key, value: text,
                allowed: there.sorted().prefix(20).joined(separator: ", ")), at: place)
          }
          values.append(value)
        }
        tests.append(SweepCondition.Test(key: test.key, values: values))
      }
      if tests.isEmpty { throw error(.empty(member.key), at: entry.place) }
      conditions.append(SweepCondition(tests: tests, place: entry.place))
    }
    return conditions
  }
}
