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
  /// The indices of lengths, grouped by what rotary frequencies depend on; mostly one group.
  func lengthClasses(_ lengths: [Int]) -> [[Int]] {
    let classes = Dictionary(grouping: lengths.indices) { index in
      rotaryEmbeddings.map { $0.lengthClass(lengths[index]) }
    }
    return classes.values.sorted { $0[0] < $1[0] }
  }
}
