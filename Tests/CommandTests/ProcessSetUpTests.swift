import Foundation
import OrderedJSON
import Testing

/// What a command says about itself with `--json`.
private func result(
  _ arguments: [String] = [], environment: [String: String] = [:]
) throws -> JSONObject {
  let scratch = try ScratchFolder()
  let probe = Executable(name: "staged-output-probe", environment: environment)
  let outcome = try probe.run(
    ["--output", scratch.file("out"), "--quiet", "--json"] + arguments)
  #expect(outcome.status == 0)
  let json = try JSONValue(parsing: outcome.standardOutput)
  return try #require(json.objectValue)
}

@Test func threadsAreThoseAskedFor() throws {
  #expect(try result(["--threads", "1"])["threads"]?.integerValue == 1)
  let processors = ProcessInfo.processInfo.activeProcessorCount
  #expect(try result()["threads"]?.integerValue == processors)
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
