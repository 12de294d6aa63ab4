/// What one rendering may cost, so that no template can hang the program or fill its memory.
///
/// The limits are far above what a real conversation needs: its template takes a few hundred
/// steps a message.
final class Budget {
  /// Nodes evaluated, elements gone through and blocks of `bytesPerStep` bytes read.
  static let stepLimit = 50_000_000
  /// Bytes of all texts made, and of all elements of lists made.
  static let byteLimit = 512 << 20
  /// Bytes and elements that can be met in one value.
  static let weightLimit = 64 << 20
  /// Containers nested in each other.
  static let nestingLimit = 200
  /// Expressions, statements and macro calls nested in each other.
  static let recursionLimit = 400
  /// Elements of a `range`, as in Jinja's sandbox.
  static let rangeLimit = 100_000

  private static let bytesPerStep = 16

  private var steps = 0
  private var bytes = 0
  private var recursion = 0

  func spend(_ count: Int = 1) throws(TemplateError) {
    steps = steps.saturatingAdd(count)
    guard steps <= Self.stepLimit else {
      throw TemplateError(.limitExceeded("\(Self.stepLimit) steps"))
    }
  }

  /// Pays for reading so many bytes or elements.
  func spend(reading weight: Int) throws(TemplateError) {
    try spend(1 + weight / Self.bytesPerStep)
  }

  /// Pays for a text or list before it is made.
  func allocate(_ count: Int) throws(TemplateError) {
    bytes = bytes.saturatingAdd(count)
    guard bytes <= Self.byteLimit else {
      throw TemplateError(.limitExceeded("\(Self.byteLimit) bytes"))
    }
  }

  /// Checks a container that was just made.
  func check(_ value: Value) throws(TemplateError) {
    guard value.depth <= Self.nestingLimit else {
      throw TemplateError(.limitExceeded("\(Self.nestingLimit) nested containers"))
    }
    guard value.weight <= Self.weightLimit else {
      throw TemplateError(.limitExceeded("\(Self.weightLimit) bytes in one value"))
    }
  }

  /// Runs something one level deeper.
  func nested<Result>(
    _ body: () throws(TemplateError) -> Result
  ) throws(TemplateError) -> Result {
    guard recursion < Self.recursionLimit else {
      throw TemplateError(.limitExceeded("\(Self.recursionLimit) nested calls"))
    }
    recursion += 1
    defer { recursion -= 1 }
    return try body()
  }
}

/// A text under construction that pays for what is appended.
struct BoundedText {
  private(set) var text = ""
  let budget: Budget

  init(_ budget: Budget) { self.budget = budget }

  mutating func append(_ part: String) throws(TemplateError) {
    try budget.allocate(part.utf8.count)
    text += part
  }

  mutating func append(_ scalars: some Swift.Sequence<Unicode.Scalar>) throws(TemplateError) {
    try append(String(scalars: scalars))
  }
}
