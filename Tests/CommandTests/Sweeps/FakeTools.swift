import Foundation
import TestSupport

/// Four tools that take a moment and write what the real ones would, and a sweep over them.
///
/// What they take is what the real ones say. Each run adds its arguments to a log.
struct FakeTools {
  let scratch: TemporaryFolder

  init() throws {
    scratch = try TemporaryFolder()
    for name in ["config.json", "model.safetensors"] {
      try scratch.copy("models/llama/\(name)", to: "tiny/\(name)")
    }
    try scratch.write("{\"prompt\": \"x\", \"response\": \"y\"}\n", to: "examples.jsonl")
    try scratch.write("{\"prompt\": \"a\"}\n{\"prompt\": \"b\"}\n", to: "harmful.jsonl")
    try scratch.write(Self.sweep, to: "sweep.yaml")
    for name in ["fine-tune", "compute-gradients", "recover-safety", "evaluate-safety"] {
      let dump = try Executable(name: name).run(["--experimental-dump-help"]).standardOutput
      try scratch.write(dump, to: "bin/\(name).json")
      let path = try scratch.write(Self.script, to: "bin/\(name)")
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
    try scratch.write("", to: "log")
  }

  /// An attack, six recoveries, and evaluations of two states of each, of the attacked model and of the
  /// model as it is: 21 cells.
  static let sweep = """
    models: {tiny: {model: tiny}}
    attacks: {identity: {examples: examples.jsonl, method: full}}
    recoveries:
      - {example: examples.jsonl, subspace: [own, random], rank: [1, 4, 16], steps: 3, save-steps: 2}
    evaluation: {harmful: harmful.jsonl}

    """
  static let cellCount = 21

  private static let script = #"""
    #!/bin/bash
    name=$(basename "$0")
    case $1 in
      --version) echo 1.0.0; exit ;;
      --experimental-dump-help) cat "$0.json"; exit ;;
    esac
    [ "$SUTURE_CHECK" = 1 ] && exit
    echo "$name $*" >>"$FAKE_LOG"
    echo "working" >&2
    if [ -n "$FAKE_FAIL" ]; then
      case "$name $*" in
        *$FAKE_FAIL*)
          [ "$FAKE_SIGNAL" ] && kill -$FAKE_SIGNAL $$
          echo "error: ${FAKE_ERROR:-it is broken}" >&2
          exit ${FAKE_CODE:-65} ;;
      esac
    fi
    sleep ${FAKE_SECONDS:-0} || exit 130
    digest=$(echo "$name $*" | sed 's#=[^ ]*/cells/#=#g; s# --memory-limit=[0-9]*##' | sha256sum | cut -c 1-2)
    version='"tool_version": "1.0.0"'
    case $name in
      compute-gradients) echo "$*" >output; exit ;;
    esac
    full() { echo "error: output: cannot be written: no space left on device" >&2; exit 74; }
    mkdir .part || full
    head -c ${FAKE_BYTES:-0} /dev/zero >.part/bytes || full
    case $name in
      fine-tune) echo "{$version}" >.part/training.json || full ;;
      recover-safety)
        mkdir .part/step-2 || full
        echo "{$version, \"steps\": [{}, {}, {}]}" >.part/recovery.json || full ;;
      evaluate-safety)
        value=0.$((16#$digest + 1000))
        echo "{\"format\": \"suture-scores\", $version, \"prompt_sets\": [{\"name\": \"harmful\", \"count\": 2,
          \"refused\": 1, \"complied\": 1, \"rate\": $value, \"interval\": [0.25, 0.75],
          \"attack_success_rate\": null, \"attack_success_rate_interval\": null,
          \"categories\": [{\"name\": \"a, \\\"b\\\"\", \"count\": 2, \"rate\": 0.5, \"interval\": [0.1, 0.9]}]
          }]}" >.part/scores.json || full
        echo '{"set": "harmful"}
    {"set": "harmful"}' >.part/responses.jsonl || full ;;
    esac
    mv .part output
    """#

  func environment(_ settings: [String: String]) -> [String: String] {
    [
      "SUTURE_BIN": scratch.file("bin"), "FAKE_LOG": scratch.file("log"),
      "SOURCE_DATE_EPOCH": "1700000000",
    ].merging(settings) { $1 }
  }

  /// Runs the sweep to its end.
  func run(
    _ arguments: [String] = [], output: String = "out", limit: Double = 120,
    _ settings: [String: String] = [:]
  ) throws -> Executable.Outcome {
    try start(arguments, output: output, settings).wait(limit: limit)
  }

  func start(
    _ arguments: [String] = [], output: String = "out", _ settings: [String: String] = [:]
  ) throws -> RunningExecutable {
    try Executable(name: "sweep-ranks", environment: environment(settings)).start(
      [scratch.file("sweep.yaml"), "--output", scratch.file(output)] + arguments)
  }

  /// The runs of tools so far, one a line.
  func log() throws -> [String] {
    try scratch.text("log").split(separator: "\n").map(String.init)
  }

  /// The cells that are there, with the inode of each record, which a cell that is made anew would change.
  func cells(_ output: String = "out") throws -> [String: UInt64] {
    var cells: [String: UInt64] = [:]
    for stage in ["attack", "spectra", "recovery", "evaluation"] {
      let folder = "\(output)/cells/\(stage)"
      for identity in (try? scratch.contents(of: folder)) ?? [] {
        let path = scratch.file("\(folder)/\(identity)/cell.json")
        let number = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber]
        cells["\(stage)/\(identity)"] = (number as? NSNumber)?.uint64Value
      }
    }
    return cells
  }

  /// The bytes of the tables.
  func results(_ output: String = "out") throws -> [Data] {
    try ["results.csv", "results.h5"].map {
      try Data(contentsOf: URL(filePath: scratch.file("\(output)/\($0)")))
    }
  }
}
