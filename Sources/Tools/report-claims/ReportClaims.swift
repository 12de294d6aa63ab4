import ArgumentParser
import Claims
import CommandSupport
import Files
import OrderedJSON
import ResultFiles

/// Judges the claims by what sweeps found.
@main
struct ReportClaims: SutureCommand {
  static let configuration = CommandConfiguration(
    commandName: "report-claims",
    abstract:
      "Judge the claims by what sweeps found: what reproduced, what did not, with intervals.",
    discussion: """
      Reads folders of sweep-ranks, and comparisons of compare-subspaces in their folders 'instruments'. Several \
      folders are taken together; models are known by their fingerprints. Writes a folder with claims.json, \
      claims.md, report.html and the numbers of its figures. Verdicts are: reproduced, not reproduced, unstable, not testable here.
      """,
    version: toolVersion)

  @Argument(help: ArgumentHelp("Folders of sweep-ranks.", valueName: "folder"))
  var folders: [String]

  @OptionGroup(title: "Output") var outputOptions: OutputOptions
  @OptionGroup(title: "Run") var runOptions: RunOptions

  func validate() throws {
    for folder in folders { try requirePath(folder, flag: "the folder") }
  }

  func run() throws {
    try Pooled.$seed.withValue(UInt64(runOptions.seed)) { try report() }
  }

  private func report() throws {
    let (card, json) = try outputOptions.write(as: .folder, inputs: folders) { path in
      let card = ClaimCard(try EvidenceReader.read(folders))
      let json = card.json(provenance: provenance)
      try OutputText.write(json.text(.pretty) + "\n", to: path + "/claims.json")
      try OutputText.write(card.markdown, to: path + "/claims.md")
      try write(ClaimReport(card), to: path)
      return (card, json)
    }
    runOptions.note(card.evidence.notes)
    try runOptions.printResult(json, text: text(card))
  }

  /// The page, and the numbers of its figures beside it.
  private func write(_ report: ClaimReport, to path: String) throws {
    try OutputText.write(report.html, to: path + "/report.html")
    let figures = try OutputText.createFolder("figures", in: path)
    for table in report.tables { try OutputText.write(table.csv, to: "\(figures)/\(table.name)") }
  }

  /// What is known of this run; the card says itself where its numbers come from.
  private var provenance: JSONObject {
    let own = runOptions.provenance(of: Provenance()).json
    return JSONObject(
      own.members.filter { ["tool_version", "created", "command_line", "seed"].contains($0.key) })
  }

  private func text(_ card: ClaimCard) -> String {
    card.claims.map { "\($0.id)  \($0.verdict.rawValue): \($0.text)\n" }.joined()
      + "\(outputOptions.output)\n"
  }
}
