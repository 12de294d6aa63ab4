/// The statements of one scope, and what Jinja knows about its names before it runs.
struct Frame: Sendable {
  let statements: [Statement]
  let names: FrameNames

  /// Whether the scope, or one inside of it, reads or assigns a name.
  func mentions(_ name: String) -> Bool {
    names.mentioned.contains(name) || statements.contains { $0.mentions(name) }
  }
}

extension Statement {
  /// Whether a scope inside of the statement mentions a name.
  fileprivate func mentions(_ name: String) -> Bool {
    switch self {
    case .data, .output, .assign, .breakLoop, .continueLoop: false
    case .assignBlock(_, let frame, _), .filterBlock(_, let frame, _): frame.mentions(name)
    case .forLoop(let loop): loop.testNames.mentioned.contains(name) || loop.body.mentions(name)
    case .macro(let definition), .generation(let definition): definition.body.mentions(name)
    case .branch(let branches, let otherwise, _):
      (branches.flatMap(\.body) + otherwise).contains { $0.mentions(name) }
    }
  }
}

/// The names of one scope, in the order of the text.
///
/// Jinja decides at compile time which scope a name belongs to. A name that a scope assigns before it
/// reads it, and that no outer scope mentions, is undefined until then: a macro or loop written above
/// the assignment does not see a variable of the same name that the caller passed.
struct FrameNames: Sendable {
  /// All names that the scope itself reads or assigns.
  private(set) var mentioned: Set<String> = []
  /// The names that it assigns before it reads them.
  private(set) var assignedFirst: Set<String> = []

  mutating func read(_ name: String) { mentioned.insert(name) }

  mutating func assign(_ name: String) {
    if mentioned.insert(name).inserted { assignedFirst.insert(name) }
  }

  /// Adds the names of a branch; what only some branches assign may keep its earlier value, so it does
  /// not count as assigned first.
  mutating func join(_ branch: FrameNames) { mentioned.formUnion(branch.mentioned) }
}
