extension ClaimCard {
  /// `claims.md`: the verdicts first, then claim by claim, the controls, where it comes from.
  package var markdown: String {
    ([title, verdicts] + claims.map(section) + [
      numbers("Over examples", examples, none: "No arm was run with two or more examples."),
      numbers(
        "The strongest arms", strongest, none: "No arm both preserves and calibrates."),
      numbers(
        "What predicts recovery", predictions.quantities,
        none: predictions.reason?.capitalizingFirst ?? "-"),
      numbers(
        "Comparisons of subspaces", instruments, none: "There are no files of compare-subspaces."),
      controlTable, margins, origin,
    ]).joined(separator: "\n")
  }

  private var title: String {
    let models = context.gates.map(\.unit.model.name)
    let names = evidence.models.map(\.name).filter(models.contains)
    let recipe = context.recipe.map {
      "The recovery that is judged: \($0.arm.text); example \(Self.cell($0.example.id)) of the file "
        + "`\($0.example.sha256.prefix(12))`."
    }
    let asked = evidence.condition.map { "Prompts are asked \($0.text)." }
    let subject = names.isEmpty ? "" : ": \(names.map(Self.cell).joined(separator: ", "))"
    return (["# Claim card\(subject)", ""] + [recipe, asked].compactMap(\.self).map { $0 + "\n" })
      .joined(separator: "\n")
  }

  private var verdicts: String {
    let rows = claims.map {
      "| \($0.id) | \($0.text) | **\($0.verdict.rawValue)** |"
    }
    return (["| | claim | verdict |", "|---|---|---|"] + rows).joined(separator: "\n") + "\n"
  }

  private func section(_ claim: ClaimResult) -> String {
    var lines = [
      "## \(claim.id). \(claim.text): \(claim.verdict.rawValue)", "",
      "> \(Self.cell(claim.sentence))", "", "Why: \(Self.cell(claim.reason)).", "",
      "Test: \(claim.test).", "",
    ]
    if !claim.quantities.isEmpty { lines += Self.table(claim.quantities) + [""] }
    if !claim.further.isEmpty {
      lines += ["Further numbers:", ""] + Self.table(claim.further) + [""]
    }
    lines += ["| published | |", "|---|---|"]
    lines += claim.published.map { "| \($0.what) (\($0.source)) | \($0.value) |" }
    if !claim.controls.isEmpty {
      let numbers = claim.controls.map { "\($0)" }.joined(separator: ", ")
      lines += ["", "Controls that bear on it: \(numbers)."]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func numbers(_ title: String, _ quantities: [Quantity], none: String) -> String {
    let body = quantities.isEmpty ? [none] : Self.table(quantities)
    return (["## \(title)", ""] + body).joined(separator: "\n") + "\n"
  }

  private var controlTable: String {
    let rows = controls.map {
      "| \($0.number) | \($0.text) | \($0.wasRun ? "run" : "not run") | \(Self.cell($0.why)) |"
    }
    return (["## Controls", "", "| | control | | |", "|---|---|---|---|"] + rows)
      .joined(separator: "\n") + "\n"
  }

  private var margins: String {
    let rows = Margin.allCases.map {
      "| \($0.rawValue.replacing("_", with: " ")) | \(Digits.text($0.value)) |"
    }
    return (["## Margins", "", "| margin | |", "|---|---|"] + rows + ["", Claim.rule])
      .joined(separator: "\n") + "\n"
  }

  private var origin: String {
    var lines = ["## Where it comes from", ""]
    let counts = evidence.cellCounts.map { "\($0.count) of \($0.stage)" }.joined(separator: ", ")
    lines.append("Folders: \(evidence.folders.map { "`\($0)`" }.joined(separator: ", ")).")
    lines.append("Cells: \(counts). Made by \(evidence.versions.joined(separator: ", ")).")
    lines += ["", "| set | kind | count | SHA-256 |", "|---|---|---|---|"]
    lines += evidence.sets.map {
      "| \(Self.cell($0.set.name)) | \($0.kind) | \($0.count) | `\($0.set.sha256)` |"
    }
    if !evidence.notes.isEmpty {
      lines += ["", "What was left out:", ""] + evidence.notes.map { "- \(Self.cell($0))" }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func table(_ quantities: [Quantity]) -> [String] {
    ["| number | value | 95 % interval | over | seeds | |", "|---|---|---|---|---|---|"]
      + quantities.map { quantity in
        let interval = quantity.interval.map {
          "\(Digits.text($0.lowerBound)) to \(Digits.text($0.upperBound))"
        }
        let seeds = quantity.seeds.map { "\($0)" }.joined(separator: ", ")
        return "| \(cell(quantity.name)) | \(Digits.text(quantity.value)) | \(interval ?? "") | "
          + "\(quantity.count) | \(seeds) | \(quantity.verdict?.rawValue ?? "") |"
      }
  }

  /// Text that stays in its cell of a table, and is no markup of its own.
  private static func cell(_ text: String) -> String {
    var cell = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "|", "<", "`":
        cell += "\\"
        cell.unicodeScalars.append(scalar)
      case _ where scalar.value < 32 || (0x7f..<0xa0).contains(scalar.value): cell += " "
      default: cell.unicodeScalars.append(scalar)
      }
    }
    return cell
  }
}

extension String {
  fileprivate var capitalizingFirst: String { prefix(1).uppercased() + dropFirst() + "." }
}
