/// The report: one HTML page with everything in it, but for the numbers of the figures beside it.
struct ReportPage {
  let title: String
  /// One sentence below the title.
  let lead: String
  /// What stands above the figures: the card.
  let card: [Markup]
  let figures: [ReportFigure]
  /// Every score, to be filtered.
  let scores: ReportTable
  /// Where it all comes from.
  let provenance: [Markup]

  /// The file.
  var html: String {
    let head = Markup(
      "head", [:],
      [
        Markup("meta", ["charset": "utf-8"]),
        Markup("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
        Markup("title", text: title), Markup("style", [:], [.verbatim(ReportStyle.sheet)]),
      ])
    let body = Markup(
      "body", [:],
      [
        Markup(
          "main", [:],
          [Markup("h1", text: title), Markup("p", ["class": "lead"], text: lead)] + card
            + [Markup("h2", text: "Figures")] + figures.map(\.markup)
            + [
              Markup("h2", text: "All scores"),
              Markup(
                "p", ["class": "note"],
                text: "Shares with 95 % intervals of Wilson. Prompts of a set are dealt to parts."),
              scores.markup(id: "scores"), Markup("h2", text: "Provenance"),
            ] + provenance),
        Markup("script", [:], [.verbatim(ReportStyle.script)]),
      ])
    return "<!DOCTYPE html>\n" + Markup("html", ["lang": "en"], [head, body]).text + "\n"
  }
}
