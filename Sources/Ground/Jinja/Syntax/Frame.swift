/// The statements of one scope, and what Jinja knows about its names before it runs.
///
/// Jinja decides at compile time which scope a name belongs to. A name that a scope assigns before
/// (in the order of the text) it reads it, and that no outer scope mentions, is undefined until
/// then: a macro or loop written above the assignment does not see a variable of the same name that
/// the caller passed.
struct Frame: Sendable {
  let statements: [Statement]
  /// All names that the scope itself reads or assigns.
  let mentioned: Set<String>
  /// The names that it assigns before it reads them.
  let assignedFirst: Set<String>

  /// Analyses the statements of a scope.
  ///
  /// - Parameters:
  ///   - statements: Its statements.
  ///   - parameters: The names that are bound when it is entered.
  ///   - evaluating: What is evaluated in it besides the statements.
  init(_ statements: [Statement], parameters: [String] = [], evaluating: [Expression] = []) {
    var names = NameAnalysis(parameters: parameters)
    for expression in evaluating { names.visit(expression) }
    for statement in statements { names.visit(statement) }
    self.statements = statements
    mentioned = names.mentioned
    assignedFirst = names.assignedFirst
  }
}

/// Follows the names of one scope in the order of the text.
private struct NameAnalysis {
  private(set) var mentioned: Set<String>
  private(set) var assignedFirst: Set<String> = []
  private var assigned: Set<String>

  init(parameters: [String]) {
    mentioned = Set(parameters)
    assigned = mentioned
  }

  private mutating func assign(_ name: String) {
    assigned.insert(name)
    if mentioned.insert(name).inserted { assignedFirst.insert(name) }
  }

  private mutating func assign(_ target: Target) {
    switch target {
    case .name(let name): assign(name)
    case .tuple(let targets): for target in targets { assign(target) }
    case .attribute(let namespace, _): mentioned.insert(namespace)
    }
  }

  mutating func visit(_ statement: Statement) {
    switch statement {
    case .data, .breakLoop, .continueLoop, .generation: break
    case .output(let expression, _): visit(expression)
    case .assign(let target, let expression, _):
      visit(expression)
      assign(target)
    case .assignBlock(let target, _, _, _): assign(target)
    case .forLoop(let loop): visit(loop.iterable)
    case .branch(let branches, let otherwise, _): visitBranches(branches[...], otherwise)
    case .macro(let macro): if let name = macro.name { assign(name) }
    case .callBlock(let call, _, _): visit(call)
    case .filterBlock(let filters, _, _): for filter in filters { visit(filter) }
    case .with(let bindings, _, _): for (_, value) in bindings { visit(value) }
    }
  }

  /// Each branch starts from the same names; one that only some branches assign may keep its
  /// earlier value, so it does not count as assigned first.
  private mutating func visitBranches(
    _ branches: ArraySlice<(test: Expression, body: [Statement])>, _ otherwise: [Statement]
  ) {
    for branch in branches { visit(branch.test) }
    let before = self
    for body in branches.map(\.body) + [otherwise] {
      var names = before
      for statement in body { names.visit(statement) }
      mentioned.formUnion(names.mentioned)
      assigned.formUnion(names.assigned)
    }
  }

  mutating func visit(_ expression: Expression) {
    switch expression {
    case .literal: break
    case .name(let name): mentioned.insert(name)
    case .postfix(let base, let postfixes):
      visit(base)
      for postfix in postfixes { visit(postfix) }
    default: for child in expression.children { visit(child) }
    }
  }

  private mutating func visit(_ postfix: Postfix) {
    for child in postfix.expressions { visit(child) }
  }
}

extension Expression {
  /// The expressions directly in this one, in the order of their evaluation.
  var children: [Expression] {
    switch self {
    case .literal, .name: []
    case .list(let elements), .tuple(let elements), .concatenation(let elements),
      .conjunction(let elements), .disjunction(let elements):
      elements
    case .dictionary(let members): members.flatMap { [$0.key, $0.value] }
    case .arithmetic(let first, let rest): [first] + rest.map(\.1)
    case .comparison(let first, let rest): [first] + rest.map(\.1)
    case .not(let operand), .sign(let operand, _): [operand]
    case .conditional(let test, let value, let otherwise):
      [test, value] + [otherwise].compactMap { $0 }
    case .postfix(let base, let postfixes): [base] + postfixes.flatMap(\.expressions)
    }
  }
}

extension Postfix {
  /// The expressions in it.
  var expressions: [Expression] {
    switch operation {
    case .attribute: []
    case .item(let index): [index]
    case .slice(let start, let stop, let step): [start, stop, step].compactMap { $0 }
    case .call(let arguments), .filter(_, let arguments), .test(_, let arguments, _):
      arguments.expressions
    }
  }
}
