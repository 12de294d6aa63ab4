import Export
import Foundation
import HDF5
import OrderedJSON
import TestSupport
import Testing

/// A sweep of one model, attacked and recovered, with two seeds and ranks.
@Suite struct SweepExportTests {
  let folder: TemporaryFolder
  var results: String { folder.file("results.h5") }
  var output: String { folder.file("output") }

  private static let dimensions = [
    "model", "attack", "seed", "recovery", "rank", "step", "set", "metric",
  ]
  private static let metrics = ["attack_success_rate", "over_refusal_rate", "mean_nll"]

  init() throws {
    folder = try TemporaryFolder()
    try write(recoveries: ["none", "own", "full"], ranks: [0, 1, 4])
  }

  /// Numbers that are thirds and the like, so that no format can round them unnoticed.
  private func write(
    recoveries: [String], ranks: [Int32], metrics: [String] = Self.metrics, extra: Int = 0
  ) throws {
    let file = try File(creating: results)
    try file.root.setAttribute("format", "suture-sweep")
    try file.root.setAttribute("format_version", Int64(1))
    try file.root.setAttribute("sweep", "a \"small\", one")
    try file.root.write(["tiny"], as: "model")
    try file.root.write(["none", "identity"], as: "attack")
    try file.root.write([Int64(1), 2], as: "seed")
    try file.root.write(recoveries, as: "recovery")
    try file.root.write(ranks, as: "rank")
    try file.root.write([Int32(0), 2, 3], as: "step")
    try file.root.write(["bad", "good"], as: "set")
    try file.root.write(metrics, as: "metric")
    for dimension in Self.dimensions {
      try file.root.dataset(dimension).becomeScale(of: dimension)
    }
    let shape = [1, 2, 2, recoveries.count, ranks.count, 3, 2, metrics.count + extra]
    for (part, name) in ["value", "low", "high"].enumerated() {
      var values: [Double] = []
      for attack in 0..<2 {
        for seed in 0..<2 {
          for recovery in recoveries {
            for rank in ranks {
              for step in [0, 2, 3] {
                for set in 0..<2 {
                  for metric in metrics + (0..<extra).map({ "\($0)" }) {
                    let exists = Self.exists(attack, recovery, rank, step, set, metric)
                    let place = attack + 2 * seed + Int(rank) + step + 5 * set
                    let value = (Double(place) + 1) / 21
                    // Perplexities and the like have no interval.
                    let number = part == 0 ? value : part == 1 ? value / 3 : (value + 2) / 3
                    values.append(exists && (part == 0 || metric != "mean_nll") ? number : .nan)
                  }
                }
              }
            }
          }
        }
      }
      let dataset = try file.root.write(values, as: name, shape: shape)
      for (axis, dimension) in Self.dimensions.enumerated() {
        try dataset.attach(file.root.dataset(dimension), toAxis: axis, name: dimension)
      }
    }
    try file.close()
  }

  private static func exists(
    _ attack: Int, _ recovery: String, _ rank: Int32, _ step: Int, _ set: Int, _ metric: String
  ) -> Bool {
    let state =
      recovery == "none"
      ? rank == 0 && step == 0 : attack == 1 && step > 0 && (recovery == "full") == (rank == 0)
    let isMeasured = metric == (set == 0 ? "attack_success_rate" : "over_refusal_rate")
    return state && (isMeasured || (metric == "mean_nll" && set == 1))
  }

  private func export(_ format: ExportFormat, from path: String? = nil) throws -> String {
    try FileExport(opening: path ?? results).write(as: format, to: output)
    return try String(contentsOfFile: output, encoding: .utf8)
  }

  private func chart() throws -> (chart: JSONValue, records: [JSONValue]) {
    let chart = try JSONValue(parsing: export(.vegaLite))
    let panels = try #require(chart["vconcat"]?.arrayValue?.first)
    return (chart, try #require(panels["data"]?["values"]?.arrayValue))
  }

  @Test func theSameNumbersInEveryFormat() throws {
    let export = try FileExport(opening: results)
    for (format, name) in [
      (ExportFormat.csv, "s.csv"), (.json, "s.json"), (.npz, "s.npz"), (.vegaLite, "s.vl.json"),
    ] { try export.write(as: format, to: folder.file(name)) }
    #expect(try Python.run("compare_exports.py", [results, folder.file("s")]) == 0)
  }

  @Test func oneRowANumber() throws {
    let lines = try export(.csv).split(separator: "\n").map(String.init)
    #expect(lines[0] == "model,attack,seed,recovery,rank,step,set,metric,value,low,high")
    // Of two attacks and seeds unrecovered, and of own at two ranks and full at one after two steps each.
    #expect(lines.count == 1 + 3 * (2 * 2 + 2 * 3 * 2))
    #expect(
      lines[1] == "tiny,none,1,none,0,0,bad,attack_success_rate,\(1.0 / 21),\(1.0 / 21 / 3),"
        + "\((1.0 / 21 + 2) / 3)")
    #expect(lines.contains("tiny,identity,2,own,4,3,good,mean_nll,\(16.0 / 21),,"))
  }

  /// The folder of a sweep is its array.
  @Test func aFolder() throws {
    #expect(try export(.csv, from: folder.path) == export(.csv))
    #expect(FileExport.inputs(at: folder.path) == [results, folder.file("results.csv")])
    let empty = try folder.makeFolder("empty")
    #expect(throws: ExportError.file(.fileMissing(path: "\(empty)/results.h5"))) {
      try FileExport(opening: empty)
    }
  }

  /// A curve a rank and seed, each from the attacked model; before the attack once a panel.
  @Test func curves() throws {
    let (chart, records) = try chart()
    #expect(chart["title"]?["text"]?.stringValue == "Attack success against over-refusal")
    var counts: [String: Int] = [:]
    for record in records {
      let state = try #require(record["state"]?.stringValue)
      counts["\(try #require(record["panel"]?.stringValue)) \(state)", default: 0] += 1
    }
    #expect(
      counts == [
        "own before": 1, "own start": 4, "own recovered": 8, "full before": 1, "full start": 2,
        "full recovered": 4,
      ])
    let full = try #require(records.first { $0["panel"]?.stringValue == "full" })
    #expect(full["curve"]?.stringValue == "all weights")
    #expect(chart.text().contains(#""domain":["1","4","all weights"]"#))
  }

  /// Where ranks do not differ, recoveries are the curves, in one panel.
  @Test func oneRank() throws {
    try FileManager.default.removeItem(atPath: results)
    try write(recoveries: ["none", "own", "random"], ranks: [0, 4])
    let (_, records) = try chart()
    #expect(Set(records.compactMap { $0["panel"]?.stringValue }).count == 1)
    #expect(Set(records.compactMap { $0["curve"]?.stringValue }) == ["own", "random"])
  }

  @Test func nothingToDraw() throws {
    try FileManager.default.removeItem(atPath: results)
    try write(recoveries: ["none", "own"], ranks: [0, 4], metrics: ["mean_nll", "acc"])
    #expect(throws: ExportError.self) { _ = try chart() }
    #expect(try export(.csv).split(separator: "\n").count == 1 + 2 * 2 + 2 * 2)
    do throws(ExportError) {
      try FileExport(opening: results).write(as: .csv, table: .spectra, to: output)
    } catch {
      #expect(error.kind == .badData && error.description.hasSuffix("one table, no spectra"))
    }
  }

  /// An array whose extents are not those of its labels is refused before anything of it is read.
  @Test func otherExtents() throws {
    try FileManager.default.removeItem(atPath: results)
    try write(recoveries: ["none", "own"], ranks: [0, 4], extra: 1)
    do throws(ExportError) {
      _ = try FileExport(opening: results)
      Issue.record("opened")
    } catch {
      #expect(error.kind == .badData)
      #expect(error.description.contains("/value"), "\(error)")
    }
  }

  @Test(arguments: ExportFormat.allCases)
  func fullDevice(format: ExportFormat) throws {
    #expect(throws: ExportError.writeFailed(path: "/dev/full", errorNumber: ENOSPC)) {
      try FileExport(opening: results).write(as: format, to: "/dev/full")
    }
  }
}
