/// The claim card as markup: the verdicts at a glance, then claim by claim.
struct ReportCard {
  let card: ClaimCard

  /// Table and sections.
  var markup: [Markup] { [glance] + card.claims.map(section) + [controls] }

  private var glance: Markup {
    let head = Markup(
      "thead", [:], [Markup("tr", [:], ["", "claim", "verdict"].map { Markup("th", text: $0) })])
    let rows = card.claims.map { claim in
      Markup(
        "tr", [:],
        [
          Markup("td", [:], [Markup("a", ["href": "#\(claim.id)"], text: claim.id)]),
          Markup("td", text: claim.text), Markup("td", [:], [verdict(claim.verdict)]),
        ])
    }
    return Markup(
      "div", ["class": "table"], [Markup("table", [:], [head, Markup("tbody", [:], rows)])])
  }

  private func verdict(_ verdict: Verdict) -> Markup {
    let name = verdict.rawValue.replacing(" ", with: "-")
    return Markup("span", ["class": "verdict \(name)"], text: verdict.rawValue)
  }

  private func section(_ claim: ClaimResult) -> Markup {
    var parts = [
      Markup("h2", [:], [.text("\(claim.id) "), verdict(claim.verdict)]),
      Markup("p", text: claim.text), Markup("blockquote", [:], [Markup("p", text: claim.sentence)]),
      Markup("p", ["class": "note"], text: "Why: \(claim.reason). Test: \(claim.test)."),
    ]
    if !claim.quantities.isEmpty { parts.append(table(claim.quantities)) }
    let published = Claim(rawValue: claim.id).map(PublishedNumbers.of) ?? []
    if !published.isEmpty {
      parts.append(Markup("h3", text: "Published"))
      parts.append(
        Markup(
          "ul", [:],
          published.map { Markup("li", text: "\($0.what): \($0.value) (\($0.source))") }))
    }
    if !claim.further.isEmpty {
      parts.append(
        Markup(
          "details", [:],
          [
            Markup("summary", text: "Other arms, conditions and settings (\(claim.further.count))"),
            table(claim.further),
          ]))
    }
    return Markup("section", ["class": "claim", "id": claim.id], parts)
  }

  private func table(_ quantities: [Quantity]) -> Markup {
    let columns = ["", "value", "95 % interval", "of", "seeds", ""]
    let head = Markup("thead", [:], [Markup("tr", [:], columns.map { Markup("th", text: $0) })])
    let rows = quantities.map { quantity in
      Markup(
        "tr", [:],
        [
          Markup("td", text: quantity.name), Markup("td", text: Digits.text(quantity.value)),
          Markup(
            "td",
            text: quantity.interval.map {
              "\(Digits.text($0.lowerBound)) to \(Digits.text($0.upperBound))"
            } ?? ""), Markup("td", text: "\(quantity.count)"),
          Markup("td", text: quantity.seeds.map { "\($0)" }.joined(separator: ", ")),
          Markup("td", [:], quantity.verdict.map { [verdict($0)] } ?? []),
        ])
    }
    return Markup(
      "div", ["class": "table"], [Markup("table", [:], [head, Markup("tbody", [:], rows)])])
  }

  private var controls: Markup {
    let table = ReportTable(
      columns: ["", "control", "run", "why"],
      rows: card.controls.map { ["\($0.number)", $0.text, $0.wasRun ? "run" : "not run", $0.why] })
    return Markup(
      "section", [:], [Markup("h2", text: "Controls"), table.markup(id: "controls")])
  }
}
