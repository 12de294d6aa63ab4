/// What one rendering may cost, so that no template can hang the program or fill its memory.
///
/// The standard limits are far above what a real conversation needs: its template takes a few
/// hundred steps a message, and makes a few copies of the text.
public struct TemplateLimits: Sendable {
  /// Nodes evaluated, elements gone through, and blocks of 64 bytes read.
  public var steps: Int
  /// Bytes of all texts and containers made, paid for before they are made.
  public var bytes: Int

  /// The standard limits.
  public static let standard = TemplateLimits()

  /// Creates limits.
  ///
  /// - Parameters:
  ///   - steps: Nodes evaluated, elements gone through, and blocks of 64 bytes read.
  ///   - bytes: Bytes of all texts and containers made.
  public init(steps: Int = 4_000_000, bytes: Int = 256 << 20) {
    self.steps = steps
    self.bytes = bytes
  }
}

/// Keeps account of what a rendering costs.
final class Budget {
  /// Bytes that can be met in one value.
  static let weightLimit = 16 << 20
  /// Containers nested in each other.
  static let nestingLimit = 200
  /// Expressions, statements and macro calls nested in each other.
  static let recursionLimit = 400
  /// Elements of a `range`, as in Jinja's sandbox.
  static let rangeLimit = 100_000

  private static let bytesPerStep = 64

  private let limits: TemplateLimits
  private var steps = 0
  private var bytes = 0
  private var recursion = 0

  init(_ limits: TemplateLimits) { self.limits = limits }

  func spend(_ count: Int = 1) throws(TemplateError) {
    steps = steps.saturatingAdd(count)
    guard steps <= limits.steps else { throw .limitExceeded("\(limits.steps) steps") }
  }

  /// Pays for reading so many bytes.
  func spend(reading weight: Int) throws(TemplateError) {
    try spend(1 + weight / Self.bytesPerStep)
  }

  /// Pays for a text or list before it is made.
  func allocate(_ count: Int) throws(TemplateError) {
    bytes = bytes.saturatingAdd(count)
    guard bytes <= limits.bytes else { throw .limitExceeded("\(limits.bytes) bytes") }
  }

  /// Pays for so many elements of lists before they are made.
  func allocate(elements count: Int) throws(TemplateError) {
    try allocate(Value.size, times: count)
  }

  /// Pays for so many times as many bytes; a count of zero still costs a step.
  func allocate(_ bytes: Int, times count: Int) throws(TemplateError) {
    let (total, overflow) = bytes.multipliedReportingOverflow(by: count)
    try spend()
    try allocate(overflow ? .max : total)
  }

  /// So many spaces, paid for before they are made.
  func spaces(_ count: Int) throws(TemplateError) -> String {
    let count = max(0, count)
    try allocate(count)
    // Characters are appended one by one: a hundred million of them take nine seconds.
    return String(decoding: [UInt8](repeating: 0x20, count: count), as: UTF8.self)
  }

  /// Pays for what a filter or function made.
  func pay(for value: Value) throws(TemplateError) {
    switch value {
    case .string(let text), .markup(let text): try allocate(text.utf8.count)
    case .list(let list), .tuple(let list): try allocate(elements: list.elements.count)
    default: break
    }
  }

  /// Checks a container that was just made.
  func check(_ value: Value) throws(TemplateError) {
    guard value.depth <= Self.nestingLimit else {
      throw .limitExceeded("\(Self.nestingLimit) nested containers")
    }
    guard value.weight <= Self.weightLimit else {
      throw .limitExceeded("\(Self.weightLimit) bytes in one value")
    }
  }

  /// Runs something one level deeper.
  func nested<Result>(_ body: () throws(TemplateError) -> Result) throws(TemplateError) -> Result {
    guard recursion < Self.recursionLimit else {
      throw .limitExceeded("\(Self.recursionLimit) nested calls")
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

  mutating func append(_ scalars: some Sequence<Unicode.Scalar>) throws(TemplateError) {
    try append(String(scalars: scalars))
  }
}
