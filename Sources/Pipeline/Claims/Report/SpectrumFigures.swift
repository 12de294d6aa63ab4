import ResultFiles

/// Figures of what gradients are like: their rank beside its bound and their controls, by layer, and over means.
struct SpectrumFigures {
  private let evidence: Evidence

  init(_ evidence: Evidence) { self.evidence = evidence }

  /// All that can be drawn.
  var all: [ReportFigure] { [kinds, heatMap, means, overlaps].compactMap(\.self) }

  /// The spectra with the most kinds of gradients.
  private var richest: SpectraRecord? {
    evidence.spectra.max {
      (kinds(of: $0).count, $0.gradients.count, $1.identity)
        < (kinds(of: $1).count, $1.gradients.count, $0.identity)
    }
  }

  private func kinds(of record: SpectraRecord) -> [String] {
    var kinds: [String] = []
    for gradient in record.gradients where !kinds.contains(gradient.kind) {
      kinds.append(gradient.kind)
    }
    return kinds
  }

  private var kinds: ReportFigure? {
    guard let record = richest, !record.gradients.isEmpty else { return nil }
    let kinds = kinds(of: record)
    let rows = kinds.map { kind in
      DotChart.Row(
        name: kind == GradientOrigin.example ? "safety example" : kind,
        dots: record.gradients.filter { $0.kind == kind }.map {
          DotChart.Dot(
            seed: 0, value: Interval(value: $0.rankShare, low: $0.rankShare, high: $0.rankShare))
        })
    }
    let table = record.gradients.map { gradient in
      [
        gradient.example, gradient.kind, Digits.rounded(gradient.rank, to: 1),
        Digits.rounded(gradient.bound, to: 1), Digits.rounded(gradient.rankShare, to: 4),
        Digits.rounded(gradient.energy, to: 4),
      ]
    }
    return ReportFigure(
      name: "rank-by-kind", title: "Is the safety gradient of lower rank than others?",
      caption:
        "The rank that holds 90 % of a gradient's energy as a share of its trivial bound, the number of tokens "
        + "that have an error; the median over \(record.moduleCount) matrices. A marker is an example or a control made of it. "
        + "A low share is special to safety only where the controls lie higher.",
      picture: [
        DotChart(measure: "rank at 90 % of the energy / trivial bound", rows: rows).markup
      ],
      table: ReportTable(
        columns: ["example", "kind", "rank_90", "bound", "share", "energy_20"], rows: table))
  }

  private var heatMap: ReportFigure? {
    guard let record = richest, !record.matrices.isEmpty else { return nil }
    let layers = Set(record.matrices.map(\.layer)).sorted()
    var projections: [String] = []
    for matrix in record.matrices where !projections.contains(matrix.projection) {
      projections.append(matrix.projection)
    }
    let shares = Dictionary(
      record.matrices.map { (Place(layer: $0.layer, projection: $0.projection), $0.rankShare) }
    ) { first, _ in first }
    let values = layers.map { layer in
      projections.map { shares[Place(layer: layer, projection: $0)] }
    }
    guard !layers.isEmpty else { return nil }
    let largest = record.matrices.map(\.rankShare).max() ?? 1
    return ReportFigure(
      name: "rank-by-layer", title: "Rank by layer and projection",
      caption:
        "The same share for every matrix, the mean over the safety examples. Rows are layers.",
      picture: [
        HeatMap(
          measure: "rank at 90 % / bound", layers: layers, projections: projections,
          values: values, range: 0...max(largest, 0.01)
        ).markup
      ],
      table: ReportTable(
        columns: ["layer", "projection", "share"],
        rows: record.matrices.map {
          [
            "\($0.layer)", $0.projection, Digits.rounded($0.rankShare, to: 4),
          ]
        }))
  }

  private struct Place: Hashable {
    let layer: Int
    let projection: String
  }

  private var means: ReportFigure? {
    let records = evidence.spectra.filter { $0.means.count > 1 }
    guard let largest = records.flatMap(\.means).map(\.count).max(), largest > 1 else { return nil }
    let curves = records.map { record in
      CurveChart.Curve(
        name: record.name.isEmpty ? "mean of the first examples" : record.name,
        points: record.means.sorted { $0.count < $1.count }.map {
          CurveChart.Point(
            x: Self.doublings($0.count), y: Interval(value: $0.rank, low: $0.rank, high: $0.rank))
        })
    }
    let top = records.flatMap(\.means).map(\.rank).max() ?? 1
    return ReportFigure(
      name: "means", title: "Does the rank of a mean gradient stop growing?",
      caption:
        "Rank at 90 % of the energy of the mean over 1, 2, 4, ... examples (across: doublings, so that 0 is one "
        + "example), the median over matrices. One example's rank is bounded by its tokens; the claim that safety is "
        + "low-rank needs the curve to level off.",
      picture: CurveChart(
        label: "Rank of mean gradients", curves: curves, x: 0...max(Self.doublings(largest), 1),
        y: 0...max(top * 1.1, 1), xTitle: "doublings of the number of examples",
        yTitle: "rank at 90 %"
      ).markup,
      table: ReportTable(
        columns: ["spectra", "examples", "rank_90", "share"],
        rows: records.flatMap { record in
          record.means.map {
            [
              record.name, "\($0.count)", Digits.rounded($0.rank, to: 2),
              Digits.rounded($0.rankShare, to: 4),
            ]
          }
        }))
  }

  /// The exponent of the least power of two that is not less.
  private static func doublings(_ count: Int) -> Double {
    var exponent = 0
    while exponent < 62, 1 << exponent < count { exponent += 1 }
    return Double(exponent)
  }

  private var overlaps: ReportFigure? {
    var rows: [DotChart.Row] = []
    var table: [[String]] = []
    for comparison in evidence.comparisons {
      for relation in comparison.relations {
        guard let overlap = relation.overlap else { continue }
        let name = relation.name
        rows.append(
          DotChart.Row(
            name: name,
            dots: [
              DotChart.Dot(seed: 0, value: Interval(value: overlap, low: overlap, high: overlap)),
              DotChart.Dot(
                seed: 1,
                value: Interval(value: relation.chance, low: relation.chance, high: relation.chance)
              ),
            ]))
        table.append([
          comparison.path, name, "\(comparison.rank)", Digits.rounded(overlap, to: 4),
          Digits.rounded(relation.chance, to: 4),
          relation.cosine.map { Digits.rounded($0.value, to: 4) } ?? "",
        ])
      }
    }
    guard !rows.isEmpty else { return nil }
    return ReportFigure(
      name: "overlaps", title: "Which gradients share directions, beside chance",
      caption:
        "Overlap of the left singular directions, the mean over matrices and pairs, and what random directions of "
        + "the same number would share. Words of the chat template alone make gradients overlap: compare with the "
        + "harmless ones.",
      picture: [
        SeriesStyle.legend(["measured", "chance"]),
        DotChart(measure: "overlap", rows: rows, isShare: false).markup,
      ],
      table: ReportTable(
        columns: ["comparison", "pairs", "rank", "overlap", "chance", "cosine"], rows: table))
  }
}
