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

  /// NumPy: `quantile([1, 2, 4, 8], [0, .25, .5, .75, 1])` is [1, 1.75, 3, 5, 8].
  @Test func distributionOfARandomPick() {
    let distribution = ScoreDistribution([8, 1, .nan, 4, 2])
    #expect(distribution.mean == 3.75)
    #expect(distribution.quantiles == [1, 1.75, 3, 5, 8])
    #expect(ScoreDistribution([5]).quantiles == [5, 5, 5, 5, 5])
    #expect(ScoreDistribution([.nan]).mean.isNaN)
  }
}
