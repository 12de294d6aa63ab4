import OrderedJSON
import Statistics
import Tokens

extension Ranking {
  /// `RANKING.json` without what the tool says of itself and its files: candidates, the best first, how the
  /// scores agree, and what a random pick has.
  public var json: [JSONObject.Member] {
    let all = allScores
    let ranks = all.map { Ranks($0.values).values }
    let rows = order.map { index in
      JSONValue.object(row(index, scores: all, ranks: ranks.map { $0[index] }))
    }
    return [
      .init(key: "candidates", value: .array(rows)),
      .init(key: "correlations", value: .array(correlations.map(\.json))),
      .init(
        key: "random_pick",
        value: .object(
          JSONObject(
            all.map { .init(key: $0.name, value: ScoreDistribution($0.values).json) }))),
    ]
  }

  private func row(_ index: Int, scores all: [Score], ranks: [Double]) -> JSONObject {
    let candidate = candidates[index]
    var row = JSONObject()
    row["id"] = .string(candidate.id)
    row["index"] = .integer(index)
    row["mean_rank"] = .number(meanRanks[index])
    row["tokens"] = .integer(candidate.tokens.count)
    row["answer_tokens"] = .integer(candidate.answerTokenCount)
    row["loss"] = .number(losses[index])
    row["gradient_norm"] = .number(scores.norms[index])
    row["predicted_drop"] = .number(scores.predictedDrop[index])
    row["predicted_kl"] = scores.predictedKL.map { .number($0[index]) } ?? .null
    row["scores"] = .object(
      JSONObject(all.map { .init(key: $0.name, value: .number($0.values[index])) }))
    row["ranks"] = .object(
      JSONObject(zip(all, ranks).map { .init(key: $0.name, value: .number($1)) }))
    row["measured"] = measurements[index].map(\.json) ?? .null
    return row
  }
}

extension BilevelMeasurement {
  fileprivate var json: JSONValue {
    [
      "own_loss": .number(ownLoss), "pool_loss": .number(poolLoss),
      "benign_kl": JSONValue(benignKL), "objective": .number(objective),
      "seconds": .number(seconds),
    ]
  }
}

extension Ranking.Correlation {
  fileprivate var json: JSONValue {
    [
      "first": .string(first), "second": .string(second), "spearman": .number(value),
      "count": .integer(count),
    ]
  }
}

extension ScoreDistribution {
  fileprivate var json: JSONValue {
    let names = ["minimum", "lower_quartile", "median", "upper_quartile", "maximum"]
    var json = JSONObject()
    json["mean"] = .number(mean)
    for (name, value) in zip(names, quantiles) { json[name] = .number(value) }
    return .object(json)
  }
}
