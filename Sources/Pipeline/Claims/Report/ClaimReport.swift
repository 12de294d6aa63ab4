/// The report on a claim card: a page, and a file of numbers for each figure.
package struct ClaimReport {
  private let page: ReportPage
  private let figures: [ReportFigure]

  /// Draws everything that the evidence allows.
  ///
  /// - Parameter card: The card.
  package init(_ card: ClaimCard) {
    let evidence = card.evidence
    figures =
      (RecoveryFigures(card.context)?.all ?? []) + SpectrumFigures(evidence).all
    let models = evidence.models.map(\.name).joined(separator: ", ")
    page = ReportPage(
      title: "Safety at one shot: what reproduced",
      lead: "\(models): \(evidence.units.count) attacks, "
        + "\(evidence.units.reduce(0) { $0 + $1.recoveries.count }) recoveries. Init is the aligned model, Attacked "
        + "the fine-tuned one, Recovered what one example made of it.",
      card: ReportCard(card: card).markup, figures: figures,
      scores: ReportScores(evidence).table, provenance: Self.provenance(of: evidence))
  }

  /// The page.
  package var html: String { page.html }

  /// Names of files in the folder `figures`, with their texts.
  package var tables: [(name: String, csv: String)] {
    figures.map { ("\($0.name).csv", $0.table.csv) }
  }

  private static func provenance(of evidence: Evidence) -> [Markup] {
    let sets = evidence.sets.map {
      "\($0.set.name) (\($0.kind), \($0.count)): SHA-256 \($0.set.sha256)"
    }
    let cells = evidence.cellCounts.map { "\($0.count) \($0.stage)" }.joined(separator: ", ")
    return [
      Markup("p", text: "Cells: \(cells). \(evidence.versions.joined(separator: ", "))."),
      Markup("ul", [:], sets.map { Markup("li", text: $0) }),
    ]
      + (evidence.notes.isEmpty
        ? [] : [Markup("ul", [:], evidence.notes.map { Markup("li", text: $0) })])
  }
}
