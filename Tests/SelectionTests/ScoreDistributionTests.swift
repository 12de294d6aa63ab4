import Selection
import Testing

@Suite struct ScoreDistributionTests {
  /// NumPy: `quantile([1, 2, 4, 8], [0, .25, .5, .75, 1])` is [1, 1.75, 3, 5, 8].
  @Test func distributionOfARandomPick() {
    let distribution = ScoreDistribution([8, 1, .nan, 4, 2])
    #expect(distribution.mean == 3.75)
    #expect(distribution.quantiles == [1, 1.75, 3, 5, 8])
    #expect(ScoreDistribution([5]).quantiles == [5, 5, 5, 5, 5])
    #expect(ScoreDistribution([.nan]).mean.isNaN)
  }
}
