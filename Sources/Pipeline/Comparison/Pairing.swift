import ResultFiles

/// A subspace that is compared with others.
enum ComparedMember: Hashable {
  /// The gradient of an example.
  case example(file: Int, Int)
  /// The mean of the gradients of some examples.
  case mean(file: Int, [Int])
  /// The mean of a kind that a spectra file stores.
  case storedMean(file: Int, String)
  /// The difference of two models' weights.
  case difference
}

/// Two subspaces that are compared.
struct ComparedPair {
  let first: ComparedMember
  let second: ComparedMember
  let names: (first: String, second: String)
  /// Index among the relations.
  let relation: Int
  /// Examples that were drawn: a bootstrap draws them again.
  let drawn: [DrawnExample]
}

/// An example as the bootstrap sees it: a control goes with its example.
struct DrawnExample: Hashable {
  let file: Int
  let index: Int
}

/// Which pairs are compared, and what they are to each other.
struct Pairing {
  /// What the pairs of a kind have in common, such as `example with example`.
  private(set) var relations: [String] = []
  private(set) var pairs: [ComparedPair] = []
  /// What the user should know.
  private(set) var notes: [String] = []
  private let files: [ComparedFile]
  /// For each file and kind, in the order of the file, the examples that take part.
  private let groups: [[(kind: String, examples: [Int])]]

  /// Finds the pairs.
  ///
  /// - Parameters:
  ///   - files: One or two.
  ///   - limit: Examples of a kind that take part at most, the first of each file.
  ///   - difference: Whether all are compared with a difference of weights instead.
  init(_ files: [ComparedFile], limit: Int, difference: Bool) {
    self.files = files
    groups = files.map { Self.groups(of: $0, limit: limit) }
    for (file, groups) in zip(files, groups) {
      for group in groups {
        let count = file.kinds.count { $0 == group.kind }
        if count > limit {
          notes.append(
            "\(file.path): the first \(limit) of \(count) of kind \(group.kind) are compared "
              + "(--limit)")
        }
      }
    }
    if difference {
      pairWithDifference()
    } else if files.count == 1 {
      pairWithin()
    } else {
      pairBetween()
    }
  }

  private static func groups(of file: ComparedFile, limit: Int) -> [(kind: String, examples: [Int])]
  {
    var groups: [(kind: String, examples: [Int])] = []
    for (index, kind) in file.kinds.enumerated() {
      if let known = groups.firstIndex(where: { $0.kind == kind }) {
        if groups[known].examples.count < limit { groups[known].examples.append(index) }
      } else {
        groups.append((kind, [index]))
      }
    }
    return groups
  }

  private mutating func add(
    _ relation: String, _ first: (ComparedMember, String), _ second: (ComparedMember, String),
    drawn: [DrawnExample]
  ) {
    let index = relations.firstIndex(of: relation) ?? relations.count
    if index == relations.count { relations.append(relation) }
    pairs.append(
      ComparedPair(
        first: first.0, second: second.0, names: (first.1, second.1), relation: index, drawn: drawn)
    )
  }

  private func example(_ file: Int, _ index: Int) -> (ComparedMember, String) {
    (.example(file: file, index), files[file].examples[index].id)
  }

  private func drawn(_ file: Int, _ index: Int) -> DrawnExample {
    DrawnExample(file: file, index: files[file].origins[index])
  }

  /// All pairs of a kind, each against the mean of the others, each control with its example, and kinds by
  /// their means.
  private mutating func pairWithin() {
    for (kind, examples) in groups[0] {
      for (place, first) in examples.enumerated() {
        for second in examples[(place + 1)...] {
          add(
            "\(kind) with \(kind)", example(0, first), example(0, second),
            drawn: [drawn(0, first), drawn(0, second)])
        }
      }
      guard files[0].hasFactors, examples.count > 1 else { continue }
      for index in examples {
        let others = examples.filter { $0 != index }
        add(
          "\(kind) with the mean of the others", example(0, index),
          (.mean(file: 0, others), "mean-without:\(files[0].examples[index].id)"),
          drawn: [drawn(0, index)])
      }
    }
    if !files[0].hasFactors, files[0].examples.count > 1 {
      notes.append(
        "\(files[0].path): means of the others need the factors, which a gradients file has")
    }
    for (kind, examples) in groups[0] {
      for index in examples where files[0].origins[index] != index {
        add(
          "example with its \(kind)", example(0, files[0].origins[index]), example(0, index),
          drawn: [drawn(0, index)])
      }
    }
    for (place, first) in groups[0].enumerated() {
      for second in groups[0][(place + 1)...] {
        add(
          "mean \(first.kind) with mean \(second.kind)",
          mean(0, first.kind, first.examples), mean(0, second.kind, second.examples), drawn: [])
      }
    }
  }

  /// The same example in both files where there are such, all others across, and the means.
  private mutating func pairBetween() {
    for (kind, examples) in groups[0] {
      for (other, others) in groups[1] {
        for first in examples {
          for second in others {
            let isSame =
              kind == other && files[0].examples[first].id == files[1].examples[second].id
            add(
              isSame ? "the same \(kind) in both" : "\(kind) with \(other) of the other file",
              example(0, first), example(1, second),
              drawn: isSame ? [drawn(0, first)] : [drawn(0, first), drawn(1, second)])
          }
        }
        if max(examples.count, others.count) > 1 {
          add(
            "mean \(kind) with mean \(other) of the other file", mean(0, kind, examples),
            mean(1, other, others), drawn: [])
        }
      }
    }
  }

  private mutating func pairWithDifference() {
    let difference = (ComparedMember.difference, "difference")
    for (kind, examples) in groups[0] {
      for index in examples {
        add(
          "\(kind) with the difference", example(0, index), difference, drawn: [drawn(0, index)])
      }
      if examples.count > 1 {
        add("mean \(kind) with the difference", mean(0, kind, examples), difference, drawn: [])
      }
    }
  }

  /// The mean of a kind: of those that take part, or as a spectra file stores it, of all.
  private func mean(_ file: Int, _ kind: String, _ examples: [Int]) -> (ComparedMember, String) {
    let name = groups[file].count == 1 ? "mean" : kind
    return files[file].hasFactors
      ? (.mean(file: file, examples), name) : (.storedMean(file: file, kind), name)
  }
}
