import OrderedJSON
import Statistics
import TestSupport
import Testing

@Suite struct RankTests {
  /// SciPy's `spearmanr`, ties included.
  @Test func spearmanIsThatOfSciPy() throws {
    let cases = try #require(try Fixtures.json("statistics/spearman.json").arrayValue)
    #expect(cases.count == 7)
    for entry in cases {
      let lists = try ["first", "second"].map { key in
        try #require(entry[key]?.arrayValue).compactMap(\.doubleValue)
      }
      let found = Ranks.spearman(lists[0], lists[1])
      if let expected = entry["spearman"]?.doubleValue {
        #expect(abs(found - expected) < 1e-12)
      } else {
        #expect(found.isNaN)
      }
    }
  }

  @Test func ranksOfTiesAndGaps() {
    #expect(Ranks([3, 1, 3, 7]).values == [2.5, 4, 2.5, 1])
    let ranks = Ranks([.nan, 2, .infinity]).values
    #expect(ranks[0].isNaN)
    #expect(Array(ranks[1...]) == [2, 1])
    #expect(Ranks.spearman([1, .nan, 3], [2, 5, 4]) == 1)
    #expect(Ranks.spearman([1, .nan], [2, 5]).isNaN)
    #expect(Ranks.spearman([], []).isNaN)
  }
}
