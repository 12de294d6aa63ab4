/// What became of all claims, the controls, and what else there is to say.
package struct ClaimCard {
  package let evidence: Evidence
  package let context: ClaimContext
  /// C0 to C9, in order.
  package let claims: [ClaimResult]
  package let controls: [ControlResult]
  /// Distributions over examples.
  package let examples: [Quantity]
  /// The arms that preserve and calibrate.
  package let strongest: [Quantity]
  /// Rank correlations, or why there are none.
  package let predictions: (quantities: [Quantity], reason: String?)
  /// Overlaps and cosines of `compare-subspaces`.
  package let instruments: [Quantity]

  /// Judges everything.
  ///
  /// - Parameter evidence: What the folders hold.
  package init(_ evidence: Evidence) {
    let context = ClaimContext(evidence)
    let safety = SafetyClaim(context: context).result
    let utility = UtilityClaim(context: context, safety: safety.verdict)
    let spread = SpreadClaims(context: context)
    let subspaces = SubspaceClaim(context: context).result
    let examples = ExampleNumbers(context: context)
    claims = [
      GateClaim(context: context).result, safety, utility.utility, spread.attackSizes,
      spread.modelSizes, StepClaim(context: context).result, RankClaim(context: context).result,
      subspaces, spread.sets, utility.refusal,
    ]
    let predictions = RecoveryPrediction(context: context).result
    controls =
      ControlTable(context: context, subspaces: subspaces, predictions: predictions).results
    self.evidence = evidence
    self.context = context
    self.examples = examples.distributions
    strongest = examples.strongest
    self.predictions = predictions
    instruments = evidence.comparisons.flatMap(Self.instruments)
  }

  private static func instruments(_ comparison: ComparisonRecord) -> [Quantity] {
    comparison.relations.flatMap { relation in
      let name = "\(comparison.path): \(relation.name)"
      return [
        relation.cosine.map { Quantity("\(name), cosine over all modules", $0) },
        relation.overlap.map {
          Quantity(
            "\(name), overlap of left directions at \(comparison.rank) (chance "
              + "\(Digits.text(relation.chance)))", $0, count: relation.cosine?.count ?? 0)
        },
      ].compactMap(\.self)
    }
  }
}
