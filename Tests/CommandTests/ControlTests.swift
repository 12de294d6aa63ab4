import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Controls through the commands: gradients, spectra, exports, recovery.
@Suite struct ControlTests {
  private let scratch: TemporaryFolder
  private var examples: String { scratch.file("examples.jsonl") }

  init() throws {
    scratch = try TemporaryFolder()
    let lines = try Fixtures.json("models/llama/expected.json").array("examples").map { example in
      let object: JSONValue = [
        "input_ids": .array(try example.array("input_ids")),
        "labels": .array(try example.array("labels")),
      ]
      return object.text() + "\n"
    }
    try scratch.write(lines.joined(), to: "examples.jsonl")
  }

  private func compute(_ arguments: [String]) throws -> Executable.Outcome {
    try Executable(name: "compute-gradients").run(
      ["--model", Fixtures.llama, "--examples", examples, "--output", scratch.file("g.h5")]
        + arguments)
  }

  private func export(_ file: String, _ format: String, _ more: [String] = []) throws -> String {
    let output = scratch.file("export")
    let outcome = try Executable(name: "export-spectra").run(
      [scratch.file(file), "--format", format, "--output", output, "--force"] + more)
    #expect(outcome.status == 0)
    return try scratch.text("export")
  }

  @Test func kindsGoFromGradientsToSpectraAndExports() throws {
    let computed = try compute(
      ["--control", "random-labels", "--control", "permuted-errors", "--json", "--quiet"])
    #expect(computed.status == 0)
    let kinds = try JSONValue(parsing: computed.standardOutput).array("kinds")
    #expect(kinds.count == 9 && kinds[4].stringValue == "random-labels")
    let decomposed = try Executable(name: "decompose-gradients").run(
      [scratch.file("g.h5"), "--output", scratch.file("s.h5"), "--quiet", "--rank", "4"])
    #expect(decomposed.status == 0)

    let json = try JSONValue(parsing: export("s.h5", "json"))
    let rows = try json.array("examples")
    #expect(rows.map { $0["source"]?.integerValue } == [0, 0, 0, 3, 3, 3, 6, 6, 6])
    #expect(rows.map { $0["kind"]?.stringValue } == kinds.map(\.stringValue))
    let means = try json.array("measures").filter { $0["example_index"]?.isNull == true }
    #expect(
      Set(means.compactMap { $0["example"]?.stringValue })
        == ["mean/example", "mean/random-labels", "mean/permuted-errors"])
    let header = try #require(export("s.h5", "csv").split(separator: "\n").first)
    #expect(header.contains("projection,kind,source,component"))
    #expect(try export("g.h5", "csv").contains(",permuted-errors,3\n"))
    #expect(try export("s.h5", "vega-lite").contains("\"permuted-errors\""))
    let arrays = try Executable(name: "export-spectra").run(
      [scratch.file("s.h5"), "--format", "npz", "--output", scratch.file("s.npz")])
    #expect(arrays.status == 0)

    let recovered = try Executable(name: "recover-safety").run([
      "--model", Fixtures.llama, "--example", examples, "--subspace", scratch.file("s.h5"),
      "--spectrum", "mean", "--rank", "2", "--steps", "1", "--output", scratch.file("r"),
    ])
    #expect(recovered.status == 0)
  }

  /// The mean of one kind is that of a file with that kind alone.
  @Test func meansAreThoseOfEachKind() throws {
    #expect(try compute(["--control", "random-labels", "--quiet"]).status == 0)
    _ = try Executable(name: "decompose-gradients").run(
      [scratch.file("g.h5"), "--output", scratch.file("with.h5")])
    let with = try JSONValue(parsing: export("with.h5", "json")).array("spectra")
      .filter { $0["example"]?.stringValue == "mean/example" }
    #expect(try compute(["--force", "--quiet"]).status == 0)
    _ = try Executable(name: "decompose-gradients").run(
      [scratch.file("g.h5"), "--output", scratch.file("without.h5")])
    let without = try JSONValue(parsing: export("without.h5", "json")).array("spectra")
      .filter { $0["example"]?.stringValue == "mean" }
    for (a, b) in try pairs(with, without) {
      #expect(a["module"]?.stringValue == b["module"]?.stringValue)
      #expect(a["singular_values"]?.text() == b["singular_values"]?.text())
    }
  }

  @Test(arguments: [
    (["--control", "benign"], "--control is 'benign', allowed: with --benign FILE"),
    (["--benign", "b.jsonl"], "--benign is 'b.jsonl', allowed: with --control benign"),
    (["--control", "shuffled"], "the value 'shuffled' is invalid for '--control <name>'"),
  ])
  func wrongUse(_ arguments: [String], message: String) throws {
    let outcome = try compute(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.standardError.contains(message), "\(outcome.standardError)")
  }

  @Test func impossibleControls() throws {
    try scratch.write(
      """
      {"id": "word", "input_ids": [1, 2, 3, 4], "labels": [-100, -100, 3, 4]}
      {"id": "words", "input_ids": [1, 2, 3, 4], "labels": [-100, 2, 3, 4]}
      """, to: "examples.jsonl")
    let said = try compute(["--control", "shuffled-answer"])
    #expect(said.status == 0)
    #expect(
      said.standardError.contains(
        "examples.jsonl: example word has no control 'shuffled-answer': its answer has no two"))
    let none = try compute(["--control", "shuffled-answer", "--limit", "1", "--force"])
    #expect(none.status == 65)
    #expect(
      none.errorLines.last?.contains("no example has a control 'shuffled-answer'") == true)
  }
}

/// Spectra without factors.
@Suite struct StreamedSpectraTests {
  private let scratch: TemporaryFolder
  private let examples: String

  init() throws {
    scratch = try TemporaryFolder()
    // Seven times the three examples: means are formed, one of each kind is not.
    let lines = try Fixtures.json("models/llama/expected.json").array("examples").map { example in
      let object: JSONValue = [
        "input_ids": .array(try example.array("input_ids")),
        "labels": .array(try example.array("labels")),
      ]
      return object.text() + "\n"
    }
    examples = try scratch.write((0..<7).flatMap { _ in lines }.joined(), to: "examples.jsonl")
  }

  private func run(_ name: String, _ arguments: [String], status: Int32 = 0) throws {
    let outcome = try Executable(name: name, environment: ["SOURCE_DATE_EPOCH": "1700000000"])
      .run(arguments + ["--quiet"])
    #expect(outcome.status == status, "\(outcome.standardError)")
  }

  private func compute(_ arguments: [String]) throws {
    try run("compute-gradients", ["--model", Fixtures.llama, "--examples", examples] + arguments)
  }

  private func numbers(_ file: String) throws -> [JSONValue] {
    let output = scratch.file(file + ".json")
    try run(
      "export-spectra", [scratch.file(file), "--format", "json", "--output", output, "--force"])
    let json = try JSONValue(parsing: scratch.text(file + ".json"))
    return try json.array("examples") + json.array("measures") + json.array("spectra")
  }

  /// Same numbers as by way of a file of factors, and with a file that comes along.
  @Test(arguments: [
    ["--limit", "1"], [], ["--control", "permuted-errors", "--control", "untrained"],
  ])
  func spectraAreThoseOfTwoSteps(_ more: [String]) throws {
    try compute(more + ["--output", scratch.file("g.h5")])
    try run(
      "decompose-gradients", [scratch.file("g.h5"), "--output", scratch.file("two.h5")])
    try compute(more + ["--spectra", scratch.file("one.h5")])
    #expect(try scratch.contents().contains("one.h5"))
    let expected = try numbers("two.h5")
    for (found, expected) in try pairs(try numbers("one.h5"), expected) {
      #expect(found.text() == expected.text())
    }
    try compute(
      more + [
        "--spectra", scratch.file("one.h5"), "--output", scratch.file("along.h5"), "--force",
      ])
    try run(
      "decompose-gradients", [scratch.file("along.h5"), "--output", scratch.file("again.h5")])
    #expect(try numbers("again.h5").map { $0.text() } == expected.map { $0.text() })
  }

  /// Means over the first 1, 2, 4 and so on: the first is that example, the last the mean of all.
  @Test func meansByCount() throws {
    let controls = ["--control", "random-labels", "--mean-counts"]
    try compute(["--control", "random-labels", "--output", scratch.file("g.h5")])
    try run(
      "decompose-gradients",
      [scratch.file("g.h5"), "--mean-counts", "--output", scratch.file("two.h5")])
    try compute(controls + ["--spectra", scratch.file("one.h5")])
    let found = try numbers("one.h5")
    #expect(try numbers("two.h5").map { $0.text() } == found.map { $0.text() })
    func values(_ example: String) -> [[Double]] {
      found.filter { $0["example"]?.stringValue == example }
        .compactMap { $0["singular_values"]?.arrayValue?.compactMap(\.doubleValue) }
    }
    let counts = Set(
      found.compactMap { $0["example"]?.stringValue }.filter { $0.hasPrefix("mean_by_count/") })
    #expect(counts == Set([1, 2, 4, 8, 16, 21].map { "mean_by_count/\($0)" }))
    for (one, other) in [("mean_by_count/1", "0"), ("mean_by_count/21", "mean/example")] {
      for (a, b) in try pairs(values(one), values(other)) {
        for (x, y) in try pairs(a, b) { #expect(abs(x - y) <= 1e-6 * b[0]) }
      }
    }
    // One example is the mean of the first one.
    try compute(
      ["--limit", "1", "--mean-counts", "--spectra", scratch.file("single.h5"), "--rank", "2"])
    let single = try numbers("single.h5").compactMap { $0["example"]?.stringValue }
    #expect(Set(single) == ["0", "mean", "mean_by_count/1"])
  }

  /// Vectors, shares of tokens and the tokens themselves, array by array.
  @Test func vectorsAreThoseOfTwoSteps() throws {
    try compute(["--control", "random-labels", "--output", scratch.file("g.h5")])
    try run(
      "decompose-gradients",
      [scratch.file("g.h5"), "--rank", "5", "--output", scratch.file("two.h5")])
    try compute(
      ["--control", "random-labels", "--spectra", scratch.file("one.h5"), "--rank", "5"])
    var archives: [Data] = []
    for name in ["one", "two"] {
      try run(
        "export-spectra",
        [scratch.file(name + ".h5"), "--format", "npz", "--output", scratch.file(name + ".npz")])
      archives.append(try Data(contentsOf: URL(fileURLWithPath: scratch.file(name + ".npz"))))
    }
    #expect(archives[0].count > 100_000)
    #expect(archives[0] == archives[1])
  }

  @Test(arguments: [
    ([], "missing expected argument '--output <path>' or '--spectra <path>'"),
    (["--output", "x.h5", "--spectra", "x.h5"], "allowed: another path than --output"),
    (["--output", "x.h5", "--rank", "3"], "--rank needs --spectra"),
    (["--spectra", "x.h5", "--rank", "0"], "--rank is '0'"),
  ])
  func wrongUse(_ arguments: [String], message: String) throws {
    let outcome = try Executable(name: "compute-gradients").run(
      ["--model", Fixtures.llama, "--examples", examples] + arguments)
    #expect(outcome.status == 64)
    #expect(outcome.standardError.contains(message), "\(outcome.standardError)")
  }

  @Test func existingSpectraAreReplacedByForceAlone() throws {
    let arguments = [
      "--model", Fixtures.llama, "--examples", examples, "--limit", "2", "--spectra",
      scratch.file("s.h5"),
    ]
    try run("compute-gradients", arguments)
    try run("compute-gradients", arguments, status: 73)
    try run("compute-gradients", arguments + ["--force"])
  }
}
