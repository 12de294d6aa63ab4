import ResultFiles
import Tokens
import Transformer

/// Examples, each followed by its controls: the rows of a gradients file, and how each comes about.
public struct ControlledExamples: Sendable {
  /// Where the gradient of a row comes from.
  enum Pass: Sendable, Equatable {
    /// A pass of its own kind through the model, or through the untrained one.
    case own(isUntrained: Bool)
    /// The pass of another row, whose errors are changed.
    case shared(with: Int)
  }

  /// A row of the file.
  struct Row: Sendable {
    let example: Example
    let kind: String
    let source: Int
    let pass: Pass
    var errors: ErrorControl?
  }

  /// The rows, in the order of the file.
  private(set) var rows: [Row] = []
  /// Controls that single examples do not have, and why.
  public private(set) var omissions: [ControlError] = []
  /// Whether controls were asked for; otherwise the file says nothing of kinds.
  private let hasKinds: Bool

  /// Examples without controls.
  ///
  /// - Parameter examples: The examples.
  public init(_ examples: [Example]) {
    hasKinds = false
    for example in examples { append(example, GradientOrigin.example, source: rows.count) }
  }

  /// Examples with controls.
  ///
  /// - Parameters:
  ///   - examples: The examples.
  ///   - controls: What follows each of them, in this order.
  ///   - benign: Harmless examples, for the control of that name.
  ///   - seed: Start of every sequence of the run.
  ///   - vocabularySize: Number of tokens that the model knows.
  /// - Throws: `ControlError.impossibleForAll` for a control that no example has.
  public init(
    _ examples: [Example], controls: [GradientControl], benign: [Example] = [], seed: Int,
    vocabularySize: Int
  ) throws(ControlError) {
    hasKinds = true
    for example in examples {
      let source = rows.count
      append(example, GradientOrigin.example, source: source)
      for control in controls {
        do throws(ControlError) {
          try append(control, of: example, source, benign, seed: seed, vocabularySize)
        } catch {
          omissions.append(error)
        }
      }
    }
    for control in controls where !rows.contains(where: { $0.kind == control.rawValue }) {
      for case .impossible(control, _, let reason) in omissions {
        throw .impossibleForAll(control, reason: reason)
      }
    }
  }

  private mutating func append(
    _ control: GradientControl, of example: Example, _ source: Int, _ benign: [Example], seed: Int,
    _ vocabularySize: Int
  ) throws(ControlError) {
    let id = "\(example.id)/\(control.rawValue)"
    var draws = control.draws(seed: seed, example)
    switch control {
    case .shuffledAnswer:
      append(try example.shufflingAnswer(as: id, &draws), control.rawValue, source: source)
    case .randomLabels:
      append(
        try example.withRandomLabels(as: id, vocabularySize: vocabularySize, &draws),
        control.rawValue, source: source)
    case .benign:
      guard let nearest = example.nearest(of: benign) else {
        throw .impossible(control, example: example.id, reason: "there is no other benign example")
      }
      append(nearest, control.rawValue, source: source)
    case .untrained:
      append(
        example.renamed(id), control.rawValue, source: source, pass: .own(isUntrained: true))
    case .permutedErrors:
      append(
        example.renamed(id), control.rawValue, source: source, pass: .shared(with: source),
        errors: try .permuting(example, seed: seed))
    case .randomErrors:
      append(
        example.renamed(id), control.rawValue, source: source, pass: .shared(with: source),
        errors: .random(seed: seed, example))
    }
  }

  private mutating func append(
    _ example: Example, _ kind: String, source: Int, pass: Pass = .own(isUntrained: false),
    errors: ErrorControl? = nil
  ) {
    rows.append(Row(example: example, kind: kind, source: source, pass: pass, errors: errors))
  }
}

extension ControlledExamples {
  /// What the rows of the file are called and consist of.
  public var examples: [Example] { rows.map(\.example) }

  /// The rows as files list them, with losses that are not known yet.
  public var gradientExamples: [GradientExample] {
    let origins = origins
    return rows.indices.map { row in
      let example = rows[row].example
      return GradientExample(
        id: example.id, tokenCount: example.tokens.count,
        answerTokenCount: example.answerTokenCount, loss: .nan, origin: origins?[row])
    }
  }

  /// What the file says of where its rows come from; nil without controls.
  public var origins: [GradientOrigin]? {
    hasKinds ? rows.map { GradientOrigin(kind: $0.kind, source: $0.source) } : nil
  }

  /// Whether some rows are of the untrained model.
  public var needUntrainedModel: Bool {
    rows.contains { $0.pass == .own(isUntrained: true) }
  }

  /// Tokens of each row that takes part in a pass.
  public var passLengths: [Int] {
    rows.filter { $0.errors == nil }.map(\.example.tokens.count)
  }

  /// Whether all rows come from passes that may be one.
  var haveOnePass: Bool {
    Set(rows.filter { $0.errors == nil }.map(\.kind)).count == 1
  }

  /// The most rows that one pass delivers for an example.
  public var largestShare: Int {
    var shares: [Int: Int] = [:]
    for row in rows {
      if case .shared(let other) = row.pass { shares[other, default: 1] += 1 }
    }
    return shares.values.max() ?? 1
  }

  /// The rows that a pass of another row brings along.
  func rows(sharing row: Int) -> [Int] {
    // Controls follow their example.
    rows[row...].indices.prefix { rows[$0].source == rows[row].source }
      .filter { rows[$0].pass == .shared(with: row) }
  }

  /// The rows that take part in passes, divided into them.
  ///
  /// Only rows of one kind share a pass: to the last bit, no gradient depends on what other controls are
  /// asked for.
  ///
  /// - Parameters:
  ///   - plan: Says how many tokens share a pass.
  ///   - isUntrained: Whether it is the untrained model that runs.
  /// - Returns: The rows of each pass.
  func passes(_ plan: MemoryPlan, isUntrained: Bool) -> [[Int]] {
    let own = rows.indices.filter { rows[$0].pass == .own(isUntrained: isUntrained) }
    var kinds: [String] = []
    for row in own where !kinds.contains(rows[row].kind) { kinds.append(rows[row].kind) }
    return kinds.flatMap { kind in
      let members = own.filter { rows[$0].kind == kind }
      return plan.passes(over: members.map { rows[$0].example.tokens.count })
        .map { Array(members[$0]) }
    }
  }
}

extension Example {
  fileprivate func renamed(_ id: String) -> Example {
    Example(id: id, tokens: tokens, answerMask: answerMask, targets: targets)
  }
}
