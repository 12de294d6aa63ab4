/// A statement of a template, or text between statements.
indirect enum Statement: Sendable {
  case data(String)
  case output(Expression, line: Int)
  case assign(Target, Expression, line: Int)
  /// `{% set x %}...{% endset %}`
  case assignBlock(Target, Frame, line: Int)
  case forLoop(ForLoop)
  case branch([(test: Expression, body: [Statement])], otherwise: [Statement], line: Int)
  case macro(MacroDefinition)
  /// `{% filter name %}...{% endfilter %}`
  case filterBlock([Postfix], Frame, line: Int)
  /// `{% generation %}`, which marks what the model wrote and writes it unchanged.
  case generation(MacroDefinition)
  case breakLoop
  case continueLoop
}

/// Where `set` puts a value.
enum Target: Sendable {
  case name(String)
  case attribute(namespace: String, String)
}

struct ForLoop: Sendable {
  /// One name, or several that an element is unpacked into.
  let names: [String]
  /// False for `for x in ...`, true for `for x, y in ...`.
  let isUnpacking: Bool
  let iterable: Expression
  let test: Expression?
  let testNames: FrameNames
  let body: Frame
  let line: Int
}

struct MacroDefinition: Sendable {
  /// Empty for what is no macro but runs like one.
  let name: String
  let parameters: [(name: String, defaultValue: Expression?)]
  let body: Frame
}
