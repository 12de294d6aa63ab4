extension Array {
  /// A stable sort by Python's order of the keys.
  ///
  /// - Throws: `invalidOperation` where two keys cannot be compared.
  func sorted(
    byKey key: (Element) throws(TemplateError) -> Value, reverse: Bool = false
  ) throws(TemplateError) -> [Element] {
    let keys = try map(key)
    var failure: TemplateError?
    func precedes(_ first: Int, _ second: Int) -> Bool {
      guard failure == nil else { return false }
      do throws(TemplateError) {
        return try keys[first].isLess(than: keys[second])
      } catch {
        failure = error
        return false
      }
    }
    let order = indices.sorted { first, second in
      if reverse ? precedes(second, first) : precedes(first, second) { return true }
      if reverse ? precedes(first, second) : precedes(second, first) { return false }
      return first < second
    }
    if let failure { throw failure }
    return order.map { self[$0] }
  }
}
