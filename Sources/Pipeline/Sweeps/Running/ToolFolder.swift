import Failures
import Files
import Glibc
import OrderedJSON
import SystemPackage

/// The folder with the tools' executables.
package struct ToolFolder: Sendable {
  package let path: String

  /// Takes the folder that `SUTURE_BIN` names, or the one of this process's own executable.
  package init() {
    if let folder = Environment.value(of: "SUTURE_BIN"), !folder.isEmpty {
      path = FileNames.real(folder) ?? folder
    } else {
      let own = FileNames.real("/proc/self/exe") ?? ""
      path = FilePath(own).removingLastComponent().string
    }
  }

  package init(path: String) { self.path = path }

  /// The executable of a tool.
  package func executable(_ tool: String) -> String { "\(path)/\(tool)" }

  /// What a tool could not be asked.
  package struct Fault: Failure {
    package let path: String
    package let reason: String
    package let kind: FailureKind
    package var description: String { "\(path): \(reason)" }
  }

  /// Asks all tools for their flags and versions.
  ///
  /// - Returns: The flags.
  /// - Throws: `Fault` when one is not there or answers something else.
  package func table() throws(Fault) -> ToolTable {
    var tools: [SweepStage: ToolFlags] = [:]
    for stage in SweepStage.allCases {
      let path = executable(stage.tool)
      let version = try answer(path, "--version")
      let dump = try answer(path, "--experimental-dump-help")
      guard let json = try? JSONValue(parsing: Array(dump.utf8)),
        let flags = ToolFlags(
          dump: json, tool: stage.tool,
          version: version.split(separator: "\n").first.map(String.init) ?? "")
      else { throw Fault(path: path, reason: "does not tell its flags", kind: .badData) }
      tools[stage] = flags
    }
    return ToolTable(tools)
  }

  private func answer(_ path: String, _ question: String) throws(Fault) -> String {
    let (text, end): (String, ChildProcess.End)
    do throws(Errno) {
      (text, end) = try ChildProcess.printed(by: path, [question])
    } catch {
      throw Fault(path: path, reason: "cannot be started: \(error.reason)", kind: .inputMissing)
    }
    guard end.code == 0 else {
      throw Fault(path: path, reason: "\(question) failed", kind: .badData)
    }
    return text
  }

  /// Has the tools check the flags of cells, without doing anything.
  ///
  /// - Parameter checks: The cells.
  /// - Throws: `SweepError` with what a tool says and the line of the value; `Fault`.
  package func run(_ checks: ValueChecks) throws {
    for cell in checks.cells {
      let path = executable(cell.stage.tool)
      let (text, end): (String, ChildProcess.End)
      do throws(Errno) {
        (text, end) = try ChildProcess.printed(
          by: path, checks.words(of: cell), variables: ["SUTURE_CHECK": "1"], on: [STDERR_FILENO])
      } catch {
        throw Fault(path: path, reason: "cannot be started: \(error.reason)", kind: .inputMissing)
      }
      if end.code != 0 { throw checks.refusal(text, of: cell) }
    }
  }
}
