/// An expression of a template.
///
/// Operators of one rank, and what follows a value, are kept as lists: a long chain is evaluated in
/// a loop, and only brackets make the tree deeper.
indirect enum Expression: Sendable {
  case literal(Literal)
  case name(String)
  case list([Expression])
  case tuple([Expression])
  case dictionary([(key: Expression, value: Expression)])
  /// `+ - * %`, from left to right.
  case arithmetic(Expression, [(ArithmeticOperator, Expression)])
  /// `~`
  case concatenation([Expression])
  case comparison(Expression, ComparisonOperator, Expression)
  case conjunction([Expression])
  case disjunction([Expression])
  case not(Expression)
  case negative(Expression)
  /// `value if test else other`
  case conditional(test: Expression, value: Expression, otherwise: Expression?)
  case postfix(Expression, [Postfix])
}

/// A constant; the syntax tree is shared between renderings, so it holds no runtime values.
enum Literal: Sendable {
  case none
  case bool(Bool)
  case integer(Int)
  case string(String)
}

enum ArithmeticOperator: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case remainder = "%"
}

enum ComparisonOperator: String, Sendable {
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case contained = "in"
  case notContained = "not in"
}

/// What can follow a value.
struct Postfix: Sendable {
  enum Operation: Sendable {
    /// `.name`
    case attribute(String)
    /// `[expression]`
    case item(Expression)
    /// `[start:stop:step]`
    case slice([Expression?])
    /// `(arguments)`
    case call(CallArguments)
    /// `|name(arguments)`
    case filter(String, CallArguments)
    /// `is name(arguments)`
    case test(String, CallArguments, isNegated: Bool)
  }

  let operation: Operation
  let line: Int
}

/// The arguments of a call as written.
struct CallArguments: Sendable {
  var positional: [Expression] = []
  var keyword: [(name: String, value: Expression)] = []
  /// What `*expression` passes.
  var unpacked: Expression?
}
