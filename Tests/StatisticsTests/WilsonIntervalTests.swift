import Statistics
import Testing

@Suite struct WilsonIntervalTests {
  // scipy.stats.binomtest(k, n).proportion_ci(method="wilson")
  static let reference: [(Int, Int, Double, Double)] = [
    (0, 1, 0.0, 0.7934506856227626),
    (1, 1, 0.20654931437723745, 1.0),
    (0, 100, 0.0, 0.03699349820698568),
    (0, 330, 0.0, 0.011506835712569087),
    (1, 10, 0.017876213095072896, 0.4041500267952385),
    (5, 10, 0.236593090512564, 0.7634069094874361),
    (47, 300, 0.11990681678878565, 0.20210802345206932),
    (141, 300, 0.414258811659405, 0.5264997666140678),
    (64, 64, 0.9433759402071946, 1.0),
    (63, 64, 0.9166589839990573, 0.9972364580766624),
    (999, 1000, 0.9943574414020421, 0.9998234536293739),
    (123456, 1000000, 0.12281269653142284, 0.12410219641400437),
  ]

  @Test(arguments: reference)
  func agreesWithSciPy(_ successes: Int, _ trials: Int, _ lower: Double, _ upper: Double) throws {
    let interval = try #require(WilsonInterval(successes: successes, trials: trials))
    #expect(abs(interval.lower - lower) < 1e-12)
    #expect(abs(interval.upper - upper) < 1e-12)
  }

  @Test func nothingTriedHasNoInterval() {
    #expect(WilsonInterval(successes: 0, trials: 0) == nil)
  }
}
