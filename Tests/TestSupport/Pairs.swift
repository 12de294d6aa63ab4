/// Two lists that should have had as many elements, and one at least.
package struct CountsDiffer: Error, CustomStringConvertible {
  package let description: String
}

/// What `zip` pairs, of lists of the same length: a test that loops over results would not miss the
/// ones that are missing, or all of them.
package func pairs<First: Collection, Second: Collection>(
  _ first: First, _ second: Second
) throws(CountsDiffer) -> Zip2Sequence<First, Second> {
  guard first.count == second.count, !first.isEmpty else {
    throw CountsDiffer(description: "\(first.count) elements beside \(second.count)")
  }
  return zip(first, second)
}
