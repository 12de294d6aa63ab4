/// A time limit as Slurm writes it: `minutes`, `minutes:seconds`, `hours:minutes:seconds`, `days-hours`,
/// `days-hours:minutes` or `days-hours:minutes:seconds`.
package enum SlurmTime: Equatable {
  case seconds(Int)
  case unlimited

  /// Reads a text; nil where it is no time.
  package init?(_ text: String) {
    if ["unlimited", "infinite"].contains(text.lowercased()) {
      self = .unlimited
      return
    }
    let halves = text.split(separator: "-", omittingEmptySubsequences: false)
    let clock = halves.last?.split(separator: ":", omittingEmptySubsequences: false) ?? []
    // A count of seven digits is longer than any machine lives, and its seconds fit.
    let isPlain = (halves.dropLast() + clock).allSatisfy {
      (1...7).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
    guard isPlain, halves.count <= 2, (1...3).contains(clock.count) else { return nil }
    let numbers = clock.compactMap { Int($0) }
    let units: [Int] =
      switch (halves.count, numbers.count) {
      case (1, 1), (1, 2): [60, 1]
      default: [3600, 60, 1]
      }
    let days = halves.count == 2 ? Int(halves[0]) ?? 0 : 0
    self = .seconds(zip(numbers, units).reduce(days * 86_400) { $0 + $1.0 * $1.1 })
  }
}
