import CommandSupport
import Foundation
import ModelLoading
import OrderedJSON
import TestSupport
import Testing

/// A model whose tables are larger than its layers, with examples, written by the script that
/// measurements use.
private struct SyntheticModel {
  let scratch: TemporaryFolder
  var folder: String { scratch.file("model") }
  var examples: String { folder + "/examples.jsonl" }

  init() throws {
    scratch = try TemporaryFolder()
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let script = root.appendingPathComponent("experiments/benchmark/synthetic_checkpoint.py").path
    let python = Process()
    python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    python.arguments = [
      "python3", script, "tiny", folder, "--tokens", "24", "--answer-tokens", "9",
    ]
    python.standardError = FileHandle.nullDevice
    try python.run()
    python.waitUntilExit()
    try #require(python.terminationStatus == 0)
  }

  func run(_ name: String, _ flags: [String], limit: String) throws -> Executable.Outcome {
    try Executable(name: name).run(
      flags + ["--model", folder, "--threads", "2", "--memory-limit", limit])
  }

  func gradients(to output: String, limit: String) throws -> Executable.Outcome {
    try run(
      "compute-gradients",
      ["--examples", examples, "--output", scratch.file(output), "--json"], limit: limit)
  }

  /// The least that the gradients need, as the refusal of one megabyte names it.
  func least() throws -> String {
    let outcome = try gradients(to: "refused.h5", limit: "1MB")
    #expect(outcome.status == 64)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.standardError.contains("--memory-limit is '1MB', allowed: "))
    let match = try #require(outcome.standardError.firstMatch(of: /allowed: (\d+MB) or more/))
    return String(match.1)
  }
}

/// One pass is always streamed; a small limit divides it into several.
///
/// Some kernels round their rows differently then: Haswell's and Zen's by 2e-8 nats and 5e-7 of s_1
/// here, Sandybridge's and SkylakeX's not at all. The README promises ten times that.
@Test func littleMemoryGivesTheSameResults() throws {
  let model = try SyntheticModel()
  let least = try model.least()
  var losses: [[Double?]] = []
  var tables: [String] = []
  for (name, limit, place) in [("r", "64GB", "1024 tokens"), ("s", least, "16 tokens")] {
    let outcome = try model.gradients(to: name + ".h5", limit: limit)
    #expect(outcome.status == 0)
    let line = try #require(outcome.errorLines.first)
    #expect(line.hasPrefix("memory: ") && line.contains(place))
    losses.append(
      try JSONValue(parsing: outcome.standardOutput).array("losses").map(\.doubleValue))
    for (command, arguments) in [
      ("decompose-gradients", [name + ".h5", "--output", name + ".s.h5"]),
      ("export-spectra", [name + ".s.h5", "--output", name + ".csv", "--format", "csv"]),
    ] {
      let arguments = arguments.map { $0.hasPrefix(name + ".") ? model.scratch.file($0) : $0 }
      #expect(try Executable(name: command).run(arguments + ["--quiet"]).status == 0)
    }
    tables.append(try model.scratch.text(name + ".csv"))
  }
  #expect(losses[0].count == 4 && losses[1].count == 4)
  for (one, other) in try pairs(losses[0], losses[1]) {
    #expect(abs(try #require(one) - #require(other)) < 2e-7)
  }
  let (one, other) = (try SpectraTable(tables[0]), try SpectraTable(tables[1]))
  #expect(one.places == other.places && one.places.count > 100)
  #expect(one.largestDifference(from: other) < 5e-6)
}

/// Singular values of an exported table.
private struct SpectraTable {
  /// Example, module and component of each row.
  var places: [String] = []
  var values: [Double] = []
  /// The largest singular value of the row's gradient.
  var scales: [Double] = []

  init(_ text: String) throws {
    let rows = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let header = try #require(rows.first)
    let (value, component) = (
      try #require(header.firstIndex(of: "singular_value")),
      try #require(header.firstIndex(of: "component"))
    )
    for row in rows.dropFirst() {
      let number = try #require(Double(row[value]))
      places.append(row[...component].joined(separator: ","))
      values.append(number)
      scales.append(row[component] == "1" ? number : scales.last ?? number)
    }
  }

  /// max |s - s'| / s_1 over all rows, which must be the same ones.
  func largestDifference(from other: SpectraTable) -> Double {
    zip(zip(values, other.values), scales).map { abs($0.0 - $0.1) / $1 }.max() ?? .infinity
  }
}

@Test func quietRunsSayNothingAboutMemory() throws {
  let model = try SyntheticModel()
  let outcome = try model.run(
    "compute-gradients",
    ["--examples", model.examples, "--output", model.scratch.file("g.h5"), "--quiet"],
    limit: try model.least())
  #expect(outcome.status == 0)
  #expect(outcome.standardError == "")
}

@Test func littleLessThanTheLeastIsRefused() throws {
  let model = try SyntheticModel()
  let least = try model.least()
  let megabytes = try #require(Int(least.dropLast(2)))
  let outcome = try model.gradients(to: "g.h5", limit: "\(megabytes - 1)MB")
  #expect(outcome.status == 64)
  #expect(outcome.standardError.contains("allowed: \(least) or more"))
  #expect(try model.scratch.contents() == ["model"])
}

@Test func streamedRecoveryMakesTheSameAdapter() throws {
  let model = try SyntheticModel()
  var adapters: [Data] = []
  let flags = [
    "--example", model.examples, "--subspace", "own", "--rank", "2", "--steps", "2", "--output",
  ]
  let refused = try model.run("recover-safety", flags + [model.scratch.file("x")], limit: "1MB")
  let least = try #require(refused.standardError.firstMatch(of: /allowed: (\d+MB) or more/)).1
  for limit in ["64GB", String(least)] {
    let output = model.scratch.file("recovered-\(limit)")
    let outcome = try model.run("recover-safety", flags + [output], limit: limit)
    #expect(outcome.status == 0)
    #expect(outcome.standardError.contains("streamed") == (limit != "64GB"))
    adapters.append(
      try Data(contentsOf: URL(fileURLWithPath: output + "/adapter_model.safetensors")))
  }
  #expect(adapters[0] == adapters[1])
}

@Test func fullFineTuningIsNotStreamed() throws {
  let model = try SyntheticModel()
  let outcome = try model.run(
    "fine-tune",
    ["--examples", model.examples, "--method", "full", "--output", model.scratch.file("tuned")],
    limit: try model.least())
  #expect(outcome.status == 64)
  #expect(outcome.standardError.contains("or more, as all weights move"))
  #expect(try model.scratch.contents() == ["model"])
}

@Test func inspectionEstimatesMemory() throws {
  let outcome = try Executable(name: "inspect-model").run(
    ["--model", Fixtures.llama, "--json", "--tokens", "64"])
  let memory = try #require(try JSONValue(parsing: outcome.standardOutput)["gradient_pass"])
  #expect(memory["tokens"]?.integerValue == 64)
  let resident = try #require(memory["resident_bytes"]?.integerValue)
  #expect(try #require(memory["streamed_bytes"]?.integerValue) < resident)
}

/// A file system with what Linux tells of memory.
@Suite struct AvailableMemoryTests {
  private func usable(_ files: [String: String]) throws -> Int? {
    let scratch = try TemporaryFolder()
    for (path, text) in files {
      let folder = path.split(separator: "/").dropLast().joined(separator: "/")
      _ = try scratch.makeFolder(folder)
      try scratch.write(text, to: path)
    }
    return AvailableMemory(root: scratch.path).usable?.bytes
  }

  private let machine = "MemTotal:       8000 kB\nMemAvailable:      5000 kB\n"

  @Test func machineAlone() throws {
    #expect(try usable(["/proc/meminfo": machine]) == 5000 * 1024 / 10 * 9)
    #expect(try usable([:]) == nil)
    #expect(try usable(["/proc/meminfo": "MemAvailable: lots\n"]) == nil)
  }

  @Test func groupOfTheSecondVersion() throws {
    let files = [
      "/proc/meminfo": machine, "/proc/self/cgroup": "0::/user/job\n",
      "/sys/fs/cgroup/user/memory.max": "2000000\n",
      "/sys/fs/cgroup/user/memory.current": "900000\n",
      "/sys/fs/cgroup/user/memory.stat": "anon 5\ninactive_file 300000\nactive_file 100000\n",
      "/sys/fs/cgroup/user/job/memory.max": "max\n",
      "/sys/fs/cgroup/user/job/memory.current": "900000\n",
    ]
    #expect(try usable(files) == 1_350_000)
  }

  @Test func groupOfTheFirstVersion() throws {
    let files = [
      "/proc/meminfo": machine,
      "/proc/self/cgroup": "5:cpu,cpuacct:/other\n4:memory:/job\n0::/\n",
      "/sys/fs/cgroup/memory/job/memory.limit_in_bytes": "1000000\n",
      "/sys/fs/cgroup/memory/job/memory.usage_in_bytes": "2000000\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "/sys/fs/cgroup/memory/memory.usage_in_bytes": "2000000\n",
    ]
    #expect(try usable(files) == 0)
  }
}
