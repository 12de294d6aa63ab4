import Foundation
import Sweeps
import TestSupport

/// Clients of a cluster that there is not: `sbatch` puts jobs into a queue that `squeue` shows.
///
/// A file `mode` has `sbatch` refuse, fail or hang after it has taken a job; `down` has the others fail.
struct FakeSlurm {
  let folder: TemporaryFolder

  init(largestArray: Int = 1001) throws {
    folder = try TemporaryFolder()
    try add("sbatch", Self.sbatch)
    try add("squeue", #"cat "$d/queue" 2>/dev/null || true"#)
    try add(
      "scontrol", "echo 'Configuration data'; echo 'MaxArraySize            = \(largestArray)'")
  }

  /// Adds a client.
  func add(_ name: String, _ body: String) throws {
    let path = try folder.write(
      """
      #!/bin/bash
      d=$(dirname "$0")
      if [ \(name) != sbatch ] && [ -e "$d/down" ]; then
        echo "slurm_load_jobs error: Unable to contact slurm controller (connect failure)" >&2
        exit 1
      fi
      \(body)

      """, to: name)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }

  private static let sbatch = #"""
    mode=$(cat "$d/mode" 2>/dev/null)
    case $mode in refuse*)
      [ $mode = refuse ] || touch "$d/down"
      echo "sbatch: error: invalid partition specified: nope" >&2
      echo "sbatch: error: Batch job submission failed: Invalid partition name specified" >&2
      exit 1 ;;
    esac
    n=$(($(cat "$d/count" 2>/dev/null || echo 16) + 1))
    echo $n >"$d/count"
    echo "$*" >>"$d/submitted"
    for word; do case $word in --comment=*) comment=${word#*=} ;; esac; done
    printf '%-40s%-24s%-12s%-120s%-60s%-80s\n' ${n}_0 PENDING 0 "$comment" "" Priority >>"$d/queue"
    case $mode in
      fail) echo "sbatch: error: Socket timed out on send/recv operation" >&2; exit 1 ;;
      hang) sleep 30 ;;
    esac
    echo "sbatch: warning: be careful" >&2
    echo "$n;cluster"
    """#

  func client(question: Double = 20, submission: Double = 20) -> SlurmClient {
    SlurmClient(
      path: "\(folder.path):/usr/bin:/bin", question: question, submission: submission)
  }

  /// What `sbatch` has taken, one a line.
  func submitted() throws -> [String] {
    guard FileManager.default.fileExists(atPath: folder.file("submitted")) else { return [] }
    return try folder.text("submitted").split(separator: "\n").map(String.init)
  }

  /// The words of a submission that begin so, without that.
  static func value(_ name: String, in line: String) -> String? {
    line.split(separator: " ").first { $0.hasPrefix("--\(name)=") }
      .map { String($0.dropFirst(name.count + 3)) }
  }
}
