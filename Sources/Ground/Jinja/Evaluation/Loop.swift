/// The variable `loop` of a `for` block.
final class Loop {
  let items: [Value]
  var index = 0

  init(_ items: [Value]) { self.items = items }

  /// An attribute, nil for a name that `loop` has not.
  func attribute(_ name: String) -> Value? {
    switch name {
    case "index": .integer(index + 1)
    case "index0": .integer(index)
    case "first": .bool(index == 0)
    case "last": .bool(index == items.count - 1)
    case "length": .integer(items.count)
    case "previtem": index > 0 ? items[index - 1] : Self.noItem("previous")
    case "nextitem": index + 1 < items.count ? items[index + 1] : Self.noItem("next")
    default: nil
    }
  }

  private static func noItem(_ which: String) -> Value { .undefined("there is no \(which) item") }
}
