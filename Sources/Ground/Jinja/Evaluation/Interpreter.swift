/// One rendering of a template.
///
/// Evaluation recurses over the syntax tree. Whatever a template does is paid for from the budget,
/// so that it ends, and an error carries the line of the statement or call that it happened in.
final class Interpreter {
  let budget: Budget
  let clock: TemplateClock
  let dates: TemplateDates?
  private(set) var output: BoundedText
  private var line = 1
  private var namespaces: [Namespace] = []

  /// What a statement does to the loop around it.
  enum Flow { case goesOn, breaks, continues }

  /// What a template writes; its errors carry their line.
  static func render(
    _ template: Frame, _ variables: [String: Value], clock: TemplateClock, dates: TemplateDates?,
    limits: TemplateLimits
  ) throws(TemplateError) -> String {
    let interpreter = Interpreter(clock, dates, limits)
    let globals = Scope(Self.globals.merging(variables) { $1 })
    let scope = Scope(template, in: globals)
    defer { interpreter.tearDown([scope, globals]) }
    do throws(TemplateError) { _ = try interpreter.execute(template.statements, in: scope) } catch {
      throw error.at(line: interpreter.line)
    }
    return interpreter.output.text
  }

  private init(_ clock: TemplateClock, _ dates: TemplateDates?, _ limits: TemplateLimits) {
    self.clock = clock
    self.dates = dates
    budget = Budget(limits)
    output = BoundedText(budget)
  }

  /// Cuts the references that could go in circles, through macros and namespaces.
  private func tearDown(_ scopes: [Scope]) {
    for scope in scopes { scope.leave() }
    for namespace in namespaces { namespace.attributes = Mapping() }
  }

  func register(_ namespace: Namespace) { namespaces.append(namespace) }

  func mark(_ line: Int) { self.line = line }

  func write(_ text: String) throws(TemplateError) { try output.append(text) }

  /// Runs something and returns what it writes.
  func capture(_ body: () throws(TemplateError) -> Flow) throws(TemplateError) -> (
    text: String, flow: Flow
  ) {
    let outer = output
    output = BoundedText(budget)
    defer { output = outer }
    let flow = try body()
    return (output.text, flow)
  }
}
