/// The variables of one block while it runs.
final class Scope {
  private let parent: Scope?
  private let mentioned: Set<String>
  private var names: [String: Value]

  /// The outermost scope: what the template is given.
  init(_ names: [String: Value]) {
    parent = nil
    mentioned = []
    self.names = names
  }

  /// A scope inside of another one.
  init(_ frame: Frame, in parent: Scope) {
    self.parent = parent
    mentioned = frame.names.mentioned
    names = [:]
    for name in frame.names.assignedFirst where !parent.mentions(name) {
      names[name] = Undefined.variable(name)
    }
  }

  private func mentions(_ name: String) -> Bool {
    var scope: Scope? = self
    while let current = scope {
      if current.mentioned.contains(name) { return true }
      scope = current.parent
    }
    return false
  }

  /// The innermost value of a name; undefined where no scope has one.
  func value(of name: String) -> Value {
    var scope: Scope? = self
    while let current = scope {
      if let value = current.names[name] { return value }
      scope = current.parent
    }
    return Undefined.variable(name)
  }

  func set(_ name: String, _ value: Value) { names[name] = value }

  /// Drops the variables when the block is left; a macro among them would keep the scope alive.
  func leave() { names = [:] }
}
