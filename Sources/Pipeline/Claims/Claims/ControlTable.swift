import Evaluation
import Failures

/// A control that a rigorous reviewer asks for.
package struct ControlResult: Sendable {
  package let number: Int
  /// What it is.
  package let text: String
  package let wasRun: Bool
  /// What there is of it, or what is not there.
  package let why: String
}

/// The 21 controls, each decided from what the folders hold.
struct ControlTable {
  let context: ClaimContext
  /// Names of the quantities of C7, whose controls were compared.
  let subspaces: ClaimResult
  /// Rank correlations, or why there are none.
  let predictions: (quantities: [Quantity], reason: String?)

  private typealias Finding = (wasRun: Bool, why: String)

  private var evidence: Evidence { context.evidence }
  private var recoveries: [RecoveryRecord] { evidence.units.flatMap(\.recoveries) }
  private var evaluations: [EvaluatedModel] {
    evidence.units.flatMap { unit in
      Array(unit.initial.values) + Array(unit.attacked.values)
        + unit.recoveries.flatMap { $0.states.values.flatMap(\.values) }
    }
  }

  /// All of them, in order.
  var results: [ControlResult] {
    Self.texts.enumerated().map { index, text in
      let (wasRun, why) = finding(index + 1)
      return ControlResult(number: index + 1, text: text, wasRun: wasRun, why: why)
    }
  }

  static let texts = [
    "Ranks stand beside the bound that the number of tokens alone sets",
    "Gradients of length-matched benign examples, random labels, shuffled answers, permuted and random errors, untrained weights",
    "The mean gradient of ever more examples: does its rank stop growing?",
    "Overlaps with the example left out of the mean, both sides, beside chance",
    "Recovery in random, complementary and benign subspaces at equal rank and update norm",
    "Cosines of the safety gradient with harmful and benign ones",
    "Over-refusal after recovery, against Init and Attacked",
    "More than a refusal's first words: forced beginnings, divergence at the first token",
    "Incoherent answers do not count as safe",
    "Several seeds, intervals, equivalence with a stated margin",
    "All candidate examples, not the best one",
    "Who wrote the example, crossed with the model that is patched",
    "Spectra and recoveries of the same models",
    "Does energy, overlap or attribution predict recovery over examples, layers and ranks?",
    "An adaptive attacker: the patch in the attack's data, attacks after the patch",
    "Other methods: mixing in safety data, interpolation, projection of adapters, a benign one-liner at the same rate",
    "The attack is shown to have worked before recovery is scored",
    "Numerics: precision, drivers, threads; certificates of decompositions",
    "Measures for every matrix",
    "The rank of the update that the optimizer really made",
    "Categories of harm that the patch did not touch",
  ]

  private func finding(_ number: Int) -> Finding {
    switch number {
    case 1: bound
    case 2: kinds
    case 3: means
    case 4: overlaps
    case 5: subspaceControls
    case 6: opposition
    case 7: overRefusal
    case 8: beginnings
    case 9: coherence
    case 10: seeds
    case 11: exampleSpread
    case 12: (false, "the files do not say who wrote an example")
    case 13: sameModels
    case 14: prediction
    case 15: adaptive
    case 16: (false, "no cell is a run of another method")
    case 17: gate
    case 18: numerics
    case 19: matrices
    case 20: updateRank
    default: categories
    }
  }

  // MARK: - Spectra

  private var bound: Finding {
    let count = evidence.spectra.reduce(0) { $0 + $1.gradients.count }
    return count > 0
      ? (true, "bounds are stored for \(counted(count, "gradients"))") : (false, "no spectra")
  }

  private var kinds: Finding {
    let wanted = [
      "benign", "random-labels", "shuffled-answer", "permuted-errors", "random-errors", "untrained",
    ]
    let found = Set(evidence.spectra.flatMap(\.controls))
    let missing = wanted.filter { !found.contains($0) }
    if found.isEmpty { return (false, "no spectra with controls") }
    return (
      true,
      found.sorted().joined(separator: ", ")
        + (missing.isEmpty ? "" : "; not: \(missing.joined(separator: ", "))")
    )
  }

  private var means: Finding {
    let counts = Set(evidence.spectra.flatMap { $0.means.map(\.count) }).sorted()
    return counts.count > 1
      ? (true, "means of \(counts.map { "\($0)" }.joined(separator: ", ")) examples")
      : (false, "no spectra of means by number of examples")
  }

  private var numerics: Finding {
    let residuals = evidence.spectra.compactMap(\.residual)
    return residuals.max().map {
      (
        true,
        "the largest residual of a decomposition is \(Digits.scientific($0)); precisions were not varied"
      )
    } ?? (false, "no certificates, and precisions were not varied")
  }

  private var matrices: Finding {
    let count = evidence.spectra.map(\.moduleCount).max() ?? 0
    return count > 0
      ? (true, "measures of each of \(count) matrices are in the cells")
      : (false, "no spectra")
  }

  private var sameModels: Finding {
    let models = Set(recoveries.map(\.attacked))
    let shared = evidence.spectra.count { models.contains($0.model) }
    return shared > 0
      ? (true, "\(counted(shared, "files")) of spectra are of models that were recovered")
      : (false, "no spectra of a model that was recovered")
  }

  // MARK: - Comparisons of subspaces

  private var relations: [ComparisonRecord.Relation] {
    evidence.comparisons.flatMap(\.relations)
  }

  private var overlaps: Finding {
    evidence.comparisons.contains { !$0.leaveOneOut.isEmpty }
      ? (true, "examples with the mean of the others, beside chance")
      : (false, "no comparison of examples with the mean of the others")
  }

  private var opposition: Finding {
    let found = relations.filter {
      $0.cosine != nil && ($0.name.contains("of the other file") || $0.name.contains("benign"))
    }
    return found.isEmpty
      ? (false, "no comparison has cosines of gradients of different kinds")
      : (true, Set(found.map(\.name)).sorted().joined(separator: ", "))
  }

  // MARK: - Recoveries

  private var subspaceControls: Finding {
    let names = (subspaces.quantities + subspaces.further).map(\.name)
    let (found, missing) = ControlArm.allCases.reduce(into: ([String](), [String]())) {
      let word = $1.rawValue
      let isThere = names.contains {
        $0.contains(", \(word) (") && $0.contains("at equal norm")
      }
      if isThere { $0.0.append(word) } else { $0.1.append(word) }
    }
    if found.isEmpty { return (false, "no control was compared at equal norm") }
    return (
      true,
      found.joined(separator: ", ")
        + (missing.isEmpty ? "" : "; not: \(missing.joined(separator: ", "))")
    )
  }

  private var updateRank: Finding {
    let count = recoveries.count(where: \.knowsUpdateRank)
    return count > 0
      ? (true, "\(counted(count, "logs")) have the stable rank of the update")
      : (false, "no log has the rank of an update")
  }

  private var exampleSpread: Finding {
    let most =
      context.arms.map { arm in
        Set(recoveries.filter { $0.arm == arm }.compactMap(\.example)).count
      }.max() ?? 0
    return most > 1
      ? (true, "\(counted(most, "examples")) in one arm; all are in the distributions")
      : (false, "one example in every arm")
  }

  private var prediction: Finding {
    let (quantities, reason) = predictions
    return quantities.isEmpty
      ? (false, reason ?? "nothing to correlate")
      : (true, "\(counted(quantities.count, "rank correlations"))")
  }

  private var adaptive: Finding {
    let names = Set(evidence.units.filter(\.isPoisoned).map(\.attack.names.attack)).sorted()
    return names.isEmpty
      ? (false, "no attack was trained on the safety example")
      : (
        true, "the patch in the attack: \(names.joined(separator: ", ")); no attack after the patch"
      )
  }

  // MARK: - Evaluations

  private var overRefusal: Finding {
    let count = evaluations.count { model in model.sets.contains { $0.kind == .benign } }
    return count > 0
      ? (true, "\(counted(count, "states")) were asked harmless prompts")
      : (false, "no harmless prompts were asked")
  }

  private var beginnings: Finding {
    var parts: [String] = []
    if evidence.conditions.contains(where: { $0.prefill != nil }) {
      parts.append("answers with a forced beginning")
    }
    if evaluations.contains(where: \.hasReference) {
      parts.append("divergence from a reference at the first token")
    }
    return parts.isEmpty
      ? (false, "no forced beginnings, no reference") : (true, parts.joined(separator: ", "))
  }

  private var coherence: Finding {
    let classes = evaluations.flatMap(\.sets).map {
      (all: $0.classes.count, bad: $0.count(of: .degenerate))
    }
    let (all, bad) = classes.reduce((0, 0)) { ($0.0 + $1.all, $0.1 + $1.bad) }
    return all > 0
      ? (true, "\(bad) of \(counted(all, "answers")) are degenerate") : (false, "no answers")
  }

  private var seeds: Finding {
    let count = Set(evidence.units.map(\.seed)).count
    return count > 1
      ? (true, counted(count, "seeds") + (count < 5 ? "; five or more were asked for" : ""))
      : (false, count == 1 ? "one seed" : "no attack")
  }

  private var gate: Finding {
    let count = context.gates.count { $0.strength != nil }
    return count > 0
      ? (true, "\(count) of \(counted(context.gates.count, "attacks")) were tested")
      : (false, "no attacked model and its Init were asked the same prompts")
  }

  private var categories: Finding {
    let names = Set(evaluations.flatMap(\.sets).flatMap { $0.categories.map(\.name) })
    return names.count > 1
      ? (
        true,
        "rates for \(names.count) categories; which of them the patch touches, files do not say"
      )
      : (false, "prompts have no categories")
  }
}
