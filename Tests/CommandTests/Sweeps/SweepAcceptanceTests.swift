import Foundation
import TestSupport
import Testing

/// Sweeps that are disturbed for long, when `SUTURE_ACCEPTANCE` is set.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["SUTURE_ACCEPTANCE"] != nil), .serialized)
struct SweepAcceptanceTests {
  @Test(.timeLimit(.minutes(30))) func killedTwoHundredTimes() throws {
    try FakeTools().expectNothingLost(killing: 200)
  }

  /// A file system of its own that is full before half of the cells are made, and then is not.
  @Test(.timeLimit(.minutes(5))) func fullFileSystem() throws {
    let tools = try FakeTools()
    let mount = try tools.scratch.makeFolder("mount")
    let script = """
      mount -t tmpfs -o size=900k tmpfs "$2" || exit 9
      "$0" "$1" --output "$2/out" --keep-going; echo "first: $?, $(ls "$2/out/staging" | wc -l) in staging"
      mount -o remount,size=32m "$2"
      "$0" "$1" --output "$2/out"; echo "second: $?"
      """
    let outcome = try Executable(
      name: "sweep-ranks",
      environment: tools.environment(["FAKE_BYTES": "100000"])
    ).runInShell(
      "exec unshare --map-root-user --mount bash -c '\(script)' \"$0\" \"$1\" \"$2\"",
      [tools.scratch.file("sweep.yaml"), mount])
    let errors = outcome.errorLines.filter { $0.hasPrefix("error: ") }
    #expect(errors.count == 1, "\(outcome.standardError)")
    #expect(errors.first?.contains("no space left on device") == true)
    #expect(outcome.standardOutput.contains("first: 74, 0 in staging"))
    #expect(outcome.standardOutput.hasSuffix("second: 0\n"))
    #expect(outcome.standardOutput.contains("evaluation: 14 of 14 cells done"))
    // What was made before is not made again, but for what found no room.
    #expect(try tools.log().count <= FakeTools.cellCount + 2)
  }
}
