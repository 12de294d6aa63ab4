extension PackedSequences {
  /// The rotary tables of packed sequences, and for each row its place in them.
  ///
  /// Sequences share the rows of the longest one, unless its length changes the frequencies: what
  /// a sequence is packed with must not change its loss.
  func rotaryTables(_ configuration: ModelConfiguration) -> (tables: [RotaryTable], rows: [Int]) {
    let lengths = ranges.map(\.count)
    if configuration.lengthClasses(lengths).count <= 1 {
      let tables = configuration.rotaryEmbeddings.map { RotaryTable($0, lengths: [longest]) }
      return (tables, lengths.flatMap { Array(0..<$0) })
    }
    let tables = configuration.rotaryEmbeddings.map { RotaryTable($0, lengths: lengths) }
    return (tables, Array(0..<tokenCount))
  }
}

extension ModelConfiguration {
  /// Whether any rotary frequency depends on how long a sequence is.
  var rotaryDependsOnLength: Bool { rotaryEmbeddings.contains(where: \.dependsOnLength) }

  /// How long a sequence may become before its rotary frequencies change, or the context ends.
  ///
  /// - Parameter length: Tokens that it has.
  /// - Returns: At least `length`, for a sequence that fits into the context.
  package func lengthOfSameFrequencies(from length: Int) -> Int {
    rotaryEmbeddings.reduce(contextLength) { limit, rotary in
      switch rotary.scaling {
      case .longRope(_, _, let originalContext, _) where length <= originalContext:
        min(limit, originalContext)
      case .dynamic(_, let originalContext): min(limit, max(length, originalContext))
      case .none, .linear, .llama3, .longRope: limit
      }
    }
  }

  /// The indices of lengths, grouped by what rotary frequencies depend on; mostly one group.
  func lengthClasses(_ lengths: [Int]) -> [[Int]] {
    let classes = Dictionary(grouping: lengths.indices) { index in
      rotaryEmbeddings.map { $0.lengthClass(lengths[index]) }
    }
    return classes.values.sorted { $0[0] < $1[0] }
  }
}
