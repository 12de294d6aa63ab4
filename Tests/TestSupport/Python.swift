import Foundation

/// A Python with the packages of `experiments/setup/test-requirements.txt`, for what other people's
/// software makes of our files.
package enum Python {
  /// Runs a script of `Tests/Python`, without network.
  ///
  /// - Parameters:
  ///   - script: File name.
  ///   - arguments: Its arguments.
  /// - Returns: Its exit status.
  /// - Throws: `SetUp.Missing`, or that it cannot be started.
  package static func run(_ script: String, _ arguments: [String]) throws -> Int32 {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let process = Process()
    process.executableURL = URL(filePath: try SetUp.python())
    process.arguments = [tests.path + "/Python/" + script] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"]) { $1 }
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
