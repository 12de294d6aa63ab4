import CommandSupport
import Foundation
import OrderedJSON
import TestSupport
import Testing

/// What a command says about itself with `--json`.
private func result(
  _ arguments: [String] = [], environment: [String: String] = [:]
) throws -> JSONObject {
  let scratch = try TemporaryFolder()
  let probe = Executable(name: "staged-output-probe", environment: environment)
  let outcome = try probe.run(
    ["--output", scratch.file("out"), "--quiet", "--json"] + arguments)
  #expect(outcome.status == 0)
  let json = try JSONValue(parsing: outcome.standardOutput)
  return try #require(json.objectValue)
}

@Test func threadsAreThoseAskedFor() throws {
  #expect(try result(["--threads", "1"])["threads"]?.integerValue == 1)
  #expect(try result(["--threads", "3"])["threads"]?.integerValue == 3)
}

/// By default as many as `nproc` of the coreutils counts, which follows the binding of the process.
@Test func threadsAreTheProcessorsThatMayBeUsed() throws {
  for binding in ["", "taskset -c 0 "] {
    let scratch = try TemporaryFolder()
    let outcome = try Executable(name: "staged-output-probe").runInShell(
      "\(binding)nproc; \(binding)\"$0\" --output \"$1\" --json --quiet", [scratch.file("out")])
    #expect(outcome.status == 0, "\(outcome.standardError)")
    let text = outcome.standardOutput
    let line = try #require(text.firstIndex(of: "\n"))
    let json = try JSONValue(parsing: String(text[line...]))
    let processors = try #require(Int(text[..<line]))
    let threads = try #require(json["threads"]?.integerValue)
    // A limit of the time is not in what `nproc` counts.
    #expect(binding.isEmpty ? (1...processors).contains(threads) : threads == 1)
  }
}

/// A container's share of the processors' time, in either version of control groups.
@Test(arguments: [
  ("0::/job\n", ["/sys/fs/cgroup/job/cpu.max": "250000 100000\n"], 3),
  ("0::/job\n", ["/sys/fs/cgroup/cpu.max": "100000 100000\n"], 1),
  (
    "1:cpu,cpuacct:/job\n",
    [
      "/sys/fs/cgroup/cpu/job/cpu.cfs_quota_us": "100000\n",
      "/sys/fs/cgroup/cpu/job/cpu.cfs_period_us": "100000\n",
    ], 1
  ),
  ("0::/job\n", ["/sys/fs/cgroup/job/cpu.max": "max 100000\n"], Int.max),
  ("0::/job\n", ["/sys/fs/cgroup/job/cpu.max": "9223372036854775807 1\n"], Int.max),
  ("0::/job\n", ["/sys/fs/cgroup/job/cpu.max": "-5 0 many\n"], Int.max),
  (
    "1:cpu:/\n",
    [
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
    ], Int.max
  ),
])
func shareOfTheProcessors(_ groups: String, _ files: [String: String], _ share: Int) throws {
  let scratch = try TemporaryFolder()
  let process = [
    "/proc/self/cgroup": groups,
    "/proc/self/status": "Name:\tx\nCpus_allowed:\t1fff\nCpus_allowed_list:\t0-7,16,20-23\n",
  ]
  for (path, text) in files.merging(process, uniquingKeysWith: { $1 }) {
    _ = try scratch.makeFolder(path.split(separator: "/").dropLast().joined(separator: "/"))
    try scratch.write(text, to: path)
  }
  #expect(AvailableProcessors(root: scratch.path).count == min(share, 13))
}

#if arch(x86_64)
  @Test func kernelsSuitTheProcessor() throws {
    let flags = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
    try #require(flags.contains("flags"))
    let kernel = try #require(
      try result(environment: ["OPENBLAS_CORETYPE": ""])["kernel"]?.stringValue)
    let old = ["Prescott", "Core2", "Penryn", "Nehalem", "Sandybridge", "Opteron"]
    #expect(!flags.contains(" avx2 ") || !old.contains(kernel))
  }

  @Test func kernelsThatTheUserChoseAreKept() throws {
    let chosen = try result(environment: ["OPENBLAS_CORETYPE": "Nehalem"])
    #expect(chosen["kernel"]?.stringValue == "Nehalem")
  }
#endif
