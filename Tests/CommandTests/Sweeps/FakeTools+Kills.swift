import Foundation
import TestSupport
import Testing

extension FakeTools {
  /// Kills sweeps at random moments and goes on with them: no finished cell is lost or made again, no file
  /// is damaged, and the results are those of a sweep that was left alone.
  ///
  /// - Parameter times: How often.
  /// - Throws: What a file could not be read with.
  func expectNothingLost(killing times: Int) throws {
    #expect(try run(["--jobs", "2"], output: "calm").status == 0)
    let calm = try results("calm")
    var kills = 0
    var round = 0
    while kills < times {
      round += 1
      let output = "out\(round)"
      kills += try killAtMost(times - kills, output)
      let known = try cells(output)
      let outcome = try run(["--jobs", "2"], output: output)
      #expect(outcome.status == 0)
      #expect(!outcome.standardError.contains("is made again"))
      let cells = try cells(output)
      #expect(known.allSatisfy { cells[$0.key] == $0.value })
      #expect(cells.count == Self.cellCount)
      #expect(try scratch.contents(of: "\(output)/staging") == [])
      #expect(try results(output) == calm)
    }
    #expect(kills == times)
  }

  /// Starts a sweep and kills it until it comes to its end before that.
  private func killAtMost(_ times: Int, _ output: String) throws -> Int {
    var known: [String: UInt64] = [:]
    for kill in 0..<times {
      let running = try start(["--jobs", "2"], output: output, ["FAKE_SECONDS": "0.02"])
      usleep(UInt32.random(in: 50_000...2_500_000))
      running.send(SIGKILL)
      let outcome = try running.wait(limit: 30)
      let cells = try cells(output)
      #expect(known.allSatisfy { cells[$0.key] == $0.value })
      known = cells
      if outcome.status == 0 { return kill }
    }
    return times
  }
}
