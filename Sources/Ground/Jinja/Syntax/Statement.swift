/// A statement of a template, or text between statements.
indirect enum Statement: Sendable {
  case data(String)
  case output(Expression, line: Int)
  case assign(Target, Expression, line: Int)
  /// `{% set x | filter %}...{% endset %}`
  case assignBlock(Target, filters: [Postfix], Frame, line: Int)
  case forLoop(ForLoop)
  case branch([(test: Expression, body: [Statement])], otherwise: [Statement], line: Int)
  case macro(MacroDefinition)
  /// `{% call(parameters) macro() %}...{% endcall %}`
  case callBlock(Expression, caller: MacroDefinition, line: Int)
  case filterBlock(filters: [Postfix], Frame, line: Int)
  case with([(Target, Expression)], Frame, line: Int)
  /// `{% generation %}`, which marks what the model wrote and writes it unchanged.
  case generation(MacroDefinition)
  case breakLoop
  case continueLoop
}

/// Where a value is put.
enum Target: Sendable {
  case name(String)
  case tuple([Target])
  case attribute(namespace: String, String)
}

struct ForLoop: Sendable {
  let target: Target
  let iterable: Expression
  let test: Expression?
  let body: Frame
  let otherwise: Frame
  let line: Int
}

struct MacroDefinition: Sendable {
  /// Nil for the body of a call block.
  let name: String?
  let parameters: [(name: String, defaultValue: Expression?)]
  let body: Frame
  /// The names among `caller`, `varargs` and `kwargs` that the body uses without declaring them.
  let specialNames: Set<String>
  let line: Int
}
