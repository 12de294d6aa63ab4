/// What one line of standard input asks for.
enum Request: Equatable {
  case sgemm
  case gradient
  case spectra(rank: Int)
  case recovery(rank: Int, steps: Int)
  case generate(tokens: Int)
  case dense(rank: Int)
  case memory

  /// Reads a request; nil for anything else.
  init?(_ line: String) {
    let words = line.split(separator: " ")
    let numbers = words.dropFirst().compactMap { Int($0) }.filter { (1...65536).contains($0) }
    switch (words.first, words.count, numbers.count) {
    case ("sgemm", 1, 0): self = .sgemm
    case ("gradient", 1, 0): self = .gradient
    case ("spectra", 1, 0): self = .spectra(rank: 0)
    case ("vectors", 2, 1): self = .spectra(rank: numbers[0])
    case ("recovery", 3, 2): self = .recovery(rank: numbers[0], steps: numbers[1])
    case ("generate", 2, 1): self = .generate(tokens: numbers[0])
    case ("dense", 2, 1): self = .dense(rank: numbers[0])
    case ("memory", 1, 0): self = .memory
    default: return nil
    }
  }
}
