/// What a sweep asks of Slurm.
package struct SlurmSettings: Sendable {
  /// Keys that become options of `sbatch` as they are.
  package static let options = [
    "account", "constraint", "cpus-per-task", "gres", "mem", "nice", "partition", "qos",
    "reservation", "time",
  ]

  /// Options of `sbatch`, with their values.
  package let values: [(key: String, value: String)]
  /// Tasks of each array; nil where the engine decides.
  package let tasks: Int?
  /// Other options as they stand.
  package let extra: [String]
}

extension SweepReader {
  func slurm(_ node: SweepNode) throws(SweepError) -> SlurmSettings {
    var values: [(key: String, value: String)] = []
    var tasks: Int?
    var extra: [String] = []
    let known = SlurmSettings.options + ["tasks", "options"]
    for member in try members(node, of: "slurm", known: known) {
      switch member.key {
      case "tasks":
        let text = try text(member.value, member.key)
        guard let count = Int(text), (1...100_000).contains(count) else {
          throw error(
            .invalidValue(key: "tasks", value: text, allowed: "1 to 100000"), at: member.value.place
          )
        }
        tasks = count
      case "options":
        for (text, place) in try texts(member.value, member.key) {
          guard text.hasPrefix("-") else {
            throw error(
              .invalidValue(key: "options", value: text, allowed: "options of sbatch, with dashes"),
              at: place)
          }
          extra.append(text)
        }
      default: values.append((member.key, try text(member.value, member.key)))
      }
    }
    return SlurmSettings(values: values, tasks: tasks, extra: extra)
  }
}
