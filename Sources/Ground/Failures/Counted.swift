/// A count with its unit in the right number: `1 example`, `2 examples`.
///
/// - Parameters:
///   - count: The count.
///   - units: The unit in the plural, which ends in an s.
/// - Returns: The text.
public func counted(_ count: Int, _ units: String) -> String {
  "\(count) \(count == 1 ? String(units.dropLast()) : units)"
}
