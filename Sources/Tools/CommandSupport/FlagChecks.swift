/// Refuses an empty path: an unset shell variable would otherwise mean the working folder.
///
/// - Parameters:
///   - path: Value of the flag.
///   - flag: Name of the flag with its dashes.
/// - Throws: `CommandError.invalidValue`.
public func requirePath(_ path: String, flag: String) throws(CommandError) {
  if path.isEmpty { throw .invalidValue(flag: flag, value: path, allowed: "a path") }
}

/// Refuses a number outside its range, NaN included.
///
/// - Parameters:
///   - value: Value of the flag.
///   - range: Values that make sense.
///   - flag: Name of the flag with its dashes.
/// - Throws: `CommandError.invalidValue`.
public func requireValue<Value: Comparable>(
  _ value: Value, in range: ClosedRange<Value>, flag: String
) throws(CommandError) {
  guard range.contains(value) else {
    throw .invalidValue(
      flag: flag, value: "\(value)", allowed: "\(range.lowerBound) to \(range.upperBound)")
  }
}

/// Refuses a number that is too small.
///
/// - Parameters:
///   - value: Value of the flag.
///   - least: The smallest value that makes sense.
///   - flag: Name of the flag with its dashes.
/// - Throws: `CommandError.invalidValue`.
public func requireValue(_ value: Int, atLeast least: Int, flag: String) throws(CommandError) {
  guard value >= least else {
    throw .invalidValue(flag: flag, value: "\(value)", allowed: "\(least) or greater")
  }
}
