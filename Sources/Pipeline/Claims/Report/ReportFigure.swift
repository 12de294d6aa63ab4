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

  /// As a file; a field with a comma, a quote or a line end stands in quotes (RFC 4180).
  var csv: String {
    ([columns] + rows).map { row in
      row.map(Self.quoted).joined(separator: ",") + "\n"
    }.joined()
  }

  private static func quoted(_ field: String) -> String {
    let isPlain = !field.utf8.contains {
      $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 10 || $0 == 13
    }
    return isPlain ? field : "\"\(field.replacing("\"", with: "\"\""))\""
  }

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
