extension SplitMix64 {
  /// The generator of one purpose: the same whenever seed and names are, and a stream of its own
  /// whatever else is drawn.
  ///
  /// Its seed is the FNV-1a hash (Fowler, Noll, Vo) of the seed and the names in UTF-8, each ended by
  /// a byte that UTF-8 does not have.
  ///
  /// - Parameters:
  ///   - seed: Start of every sequence of the run.
  ///   - names: What is drawn for.
  package init(seed: Int, for names: [String]) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for name in ["\(seed)"] + names {
      for byte in Array(name.utf8) + [0xff] {
        hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
      }
    }
    self.init(seed: hash)
  }
}
