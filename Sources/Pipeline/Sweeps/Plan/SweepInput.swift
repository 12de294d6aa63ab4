import Checkpoints
import Failures
import Files
import SystemPackage

/// A file or folder that a cell reads, known by what is in it.
package struct SweepInput: Sendable, Equatable {
  /// Where it is: an absolute path.
  package let path: String
  /// How many of its lines are taken, `:COUNT`; nil for all.
  package let count: Int?
  package let sha256: String
  /// Its name where results bear that; part of the identity then.
  package let name: String?

  /// As a flag takes it.
  var argument: String { path + (count.map { ":\($0)" } ?? "") }

  /// As it counts for the identity of a cell.
  var canonical: String {
    "sha256:\(sha256)" + (count.map { ":\($0)" } ?? "") + (name.map { "@\($0)" } ?? "")
  }
}

/// Finds the inputs of a sweep, beside its file.
struct InputFinder {
  let sweepPath: String
  /// The folder of the sweep file, without links.
  let folder: String
  let hashes: ContentHashes

  init(sweepPath: String, hashes: ContentHashes) {
    self.sweepPath = sweepPath
    self.hashes = hashes
    let real = FileNames.real(sweepPath) ?? sweepPath
    folder = FilePath(real).removingLastComponent().string
  }

  /// What a text is for a flag: a text, or an input.
  ///
  /// - Parameters:
  ///   - text: The value.
  ///   - flag: Whose.
  ///   - place: For messages.
  ///   - stage: Sets of an evaluation have the names of their files.
  /// - Returns: The text, or the input with its digest.
  /// - Throws: `SweepError.Cause.input` for one that is not there or cannot be read.
  func value(
    _ text: String, of flag: ToolFlag, at place: SweepPlace, stage: SweepStage?
  ) throws(SweepError) -> CellValue {
    guard flag.takesInput, !flag.lists(text) else { return .text(text) }
    let isSet = stage == .evaluation && flag.isRepeating && flag.valueName == "file"
    if let path = absolute(text), FileEntry(at: path) != nil {
      return .input(try input(path, nil, isSet, flag, place))
    }
    if flag.takesCount, let colon = text.lastIndex(of: ":"),
      let count = Int(text[text.index(after: colon)...]), count > 0,
      let path = absolute(String(text[..<colon])), FileEntry(at: path) != nil
    {
      return .input(try input(path, count, isSet, flag, place))
    }
    if flag.valueName == "model", let location = try? ModelLocation(of: text) {
      return .input(try input(location.path, nil, isSet, flag, place))
    }
    if flag.takesNames { return .text(text) }
    throw SweepError(
      .input(key: flag.name, path: absolute(text) ?? text, reason: reason(flag), .inputMissing),
      at: place, in: sweepPath)
  }

  private func reason(_ flag: ToolFlag) -> String {
    flag.valueName == "model"
      ? "no such file or folder, nor a model in the local Hugging Face cache"
      : "no such file or folder"
  }

  /// Nil for a path that is none.
  private func absolute(_ text: String) -> String? {
    if text.isEmpty { return nil }
    if text.hasPrefix("~/"), let home = Environment.homeFolder(of: nil) {
      return home + text.dropFirst()
    }
    return text.hasPrefix("/") ? text : "\(folder)/\(text)"
  }

  private func input(
    _ path: String, _ count: Int?, _ isSet: Bool, _ flag: ToolFlag, _ place: SweepPlace
  ) throws(SweepError) -> SweepInput {
    do {
      if flag.valueName == "model" { _ = try Checkpoint(opening: path) }
    } catch {
      // The message begins with the path already.
      let reason = error.description
      throw SweepError(
        .input(
          key: flag.name, path: path,
          reason: reason.hasPrefix("\(path): ") ? String(reason.dropFirst(path.count + 2)) : reason,
          error.kind), at: place, in: sweepPath)
    }
    do {
      return SweepInput(
        path: path, count: count, sha256: try hashes.sha256(of: path),
        name: isSet ? FilePath(path).stem : nil)
    } catch {
      throw SweepError(
        .input(key: flag.name, path: path, reason: "\(error)", error.kind), at: place,
        in: sweepPath)
    }
  }
}
