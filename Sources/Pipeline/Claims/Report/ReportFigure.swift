import Files

/// A figure of the report: the picture, what to see in it, and its numbers.
struct ReportFigure {
  /// Names the file of its numbers too.
  let name: String
  let title: String
  /// What to see.
  let caption: String
  let picture: [Markup]
  let table: ReportTable

  /// The section of the page.
  var markup: Markup {
    Markup(
      "figure", ["id": name],
      [
        Markup("h3", text: title), Markup("div", ["class": "picture"], picture),
        Markup(
          "figcaption", [:],
          [
            .text(caption + " "),
            Markup("a", ["href": "figures/\(name).csv"], text: "Numbers (CSV)"),
          ]),
      ])
  }
}

/// Numbers and names in rows.
struct ReportTable {
  let columns: [String]
  var rows: [[String]]

  /// As a file.
  var csv: String { ([columns] + rows).map { CSVLine($0).text }.joined() }

  /// A table of the page; its script filters the rows.
  func markup(id: String) -> Markup {
    let head = Markup("thead", [:], [Markup("tr", [:], columns.map { Markup("th", text: $0) })])
    let body = rows.map { row in Markup("tr", [:], row.map { Markup("td", text: $0) }) }
    return Markup(
      "div", ["class": "table"],
      [
        Markup("table", ["id": id, "class": "filtered"], [head, Markup("tbody", [:], body)])
      ])
  }
}
