import Failures
import Files
import SystemPackage

/// What an output is on disk.
public enum OutputForm: Sendable {
  /// One file.
  case file
  /// A folder with files in it.
  case folder
}

/// An output that has its name only when it is whole.
///
/// It is written under a hidden name beside its target, `.NAME.partial-PID`, and renamed once
/// everything is on the disk. An error or a signal on the way removes it, so nothing is ever found
/// under the final name but a finished result.
public struct StagedOutput: Sendable {
  let target: OutputTarget
  let stagingPath: String

  /// Runs `body`, which writes the output at the path that it is given, then publishes the output.
  ///
  /// The place is checked and taken before `body` starts: hours of work do not end in "permission
  /// denied". In the case of a folder the path is an empty folder; of a file, it is not there yet.
  ///
  /// - Parameters:
  ///   - path: Where the output shall be.
  ///   - form: Whether it is a file or a folder.
  ///   - force: Whether an existing output of this toolkit is replaced.
  ///   - inputs: Files and folders that are read and that the output must not replace.
  ///   - body: Writes the output.
  /// - Returns: What `body` returns.
  /// - Throws: `CommandError.outputExists`, `.outputNotCreatable`, `.outputNotReplaceable`,
  ///   `.outputNotWritten`, and whatever `body` throws.
  public static func write<Result>(
    _ path: String, as form: OutputForm, force: Bool, inputs: [String] = [],
    _ body: (_ stagingPath: String) throws -> Result
  ) throws -> Result {
    Leftovers(target: OutputTarget(wherever: path, as: form)).clear()
    let target = try OutputTarget(path, as: form, force: force, inputs: inputs)
    let output = try StagedOutput(target)
    do {
      let result = try body(output.stagingPath)
      try output.publish()
      return result
    } catch {
      output.discard()
      throw output.namingTarget(in: error)
    }
  }

  private init(_ target: OutputTarget) throws(CommandError) {
    self.target = target
    stagingPath = try PendingOutputs.register { () throws(CommandError) in
      try Self.createStagingEntry(for: target)
    }
  }

  /// Takes a name that is not in use; leftovers of a killed process with our number are passed by.
  private static func createStagingEntry(
    for target: OutputTarget
  ) throws(CommandError) -> String {
    for attempt in 1...100 {
      let suffix = attempt == 1 ? "" : "-\(attempt)"
      let path = target.sibling(marked: "partial", suffix: suffix)
      do throws(Errno) {
        try target.form.create(at: path)
        return path
      } catch .fileExists {
        continue
      } catch {
        throw target.notCreatable(error.reason)
      }
    }
    throw target.notCreatable("too many unfinished outputs beside it")
  }

  private func publish() throws(CommandError) {
    try target.form.synchronize(stagingPath, reportedAs: target.path)
    try PendingOutputs.release(stagingPath) { () throws(CommandError) in
      try target.take(from: stagingPath)
    }
    try? FileNames.synchronize(target.parent)
  }

  /// The name that a user knows in place of the hidden one.
  private func namingTarget(in error: any Error) -> any Error {
    guard let failure = error as? any Failure else { return error }
    return StagedOutputFailure(
      kind: failure.kind,
      description: failure.description.replacing(stagingPath, with: target.path))
  }

  private func discard() {
    PendingOutputs.release(stagingPath) { Folder.removeTree(stagingPath) }
  }
}

/// An error from the writing of an output.
private struct StagedOutputFailure: Failure {
  let kind: FailureKind
  let description: String
}

extension OutputForm {
  /// Proves that the place can be written; a file is removed again because its writer creates it.
  fileprivate func create(at path: String) throws(Errno) {
    switch self {
    case .folder: try Folder.create(path)
    case .file:
      _ = try NewFile(creating: path, overwriting: false)
      try FileNames.remove(path)
    }
  }

  /// Waits until every byte is on the disk, which is where a full disk may show first.
  fileprivate func synchronize(_ stagingPath: String, reportedAs path: String)
    throws(CommandError)
  {
    let names = self == .file ? [] : Folder.paths(below: stagingPath)
    do throws(Errno) {
      for entry in names.map({ "\(stagingPath)/\($0)" }) + [stagingPath] {
        try FileNames.synchronize(entry)
      }
    } catch {
      throw .outputNotWritten(path: path, reason: error.reason)
    }
  }
}
