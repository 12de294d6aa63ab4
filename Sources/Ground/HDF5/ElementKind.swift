/// What kind of elements a dataset or attribute has.
public enum ElementKind: Sendable {
  /// Integers of any width, enumerations included.
  case integer
  /// Floating-point numbers of at most 32 bits.
  case float32
  /// Wider floating-point numbers.
  case float64
  /// Strings.
  case text
  /// Anything else.
  case other
}
