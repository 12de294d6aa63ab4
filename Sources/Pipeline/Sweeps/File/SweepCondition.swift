/// An entry of `exclude` or `include`: keys, and for each the values that it holds for.
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

extension SweepReader {
  /// The entries of `exclude` or `include`.
  ///
  /// - Parameters:
  ///   - node: A list of maps, or one map.
  ///   - key: `exclude` or `include`.
  ///   - known: Keys that cells differ in, with the values that there are.
  ///   - normalized: A value as it is compared.
  /// - Returns: An entry a map.
  /// - Throws: `SweepError`.
  func conditions(
    _ node: SweepNode, _ key: String, known: [String: Set<String>],
    normalized: (_ key: String, _ value: String) -> String
  ) throws(SweepError) -> [SweepCondition] {
    var conditions: [SweepCondition] = []
    for entry in node.list ?? [node] {
      var tests: [SweepCondition.Test] = []
      for member in try members(entry, of: key, known: known.keys.sorted()) {
        let there = known[member.key] ?? []
        var values: [String] = []
        for (text, place) in try texts(member.value, member.key) {
          let value = normalized(member.key, text)
          guard there.contains(value) else {
            throw error(
              .invalidValue(
                key: member.key, value: text,
                allowed: there.sorted().prefix(20).joined(separator: ", ")), at: place)
          }
          values.append(value)
        }
        tests.append(SweepCondition.Test(key: member.key, values: values))
      }
      if tests.isEmpty { throw error(.empty(key), at: entry.place) }
      conditions.append(SweepCondition(tests: tests, place: entry.place))
    }
    return conditions
  }
}
