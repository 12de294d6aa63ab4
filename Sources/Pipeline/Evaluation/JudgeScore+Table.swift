import Failures
import Statistics

extension JudgeScore {
  /// What the judge says of a set, for a person to read.
  var text: String {
    var text = "positive none scored"
    if let rate, let interval {
      text =
        "positive \(TextTable.share(rate)) \(TextTable.share(interval)), "
        + "\(count(of: .positive)) of \(scored)"
    }
    if count(of: .unscored) > 0 { text += ", \(count(of: .unscored)) unscored" }
    return text + "; kappa with the matcher \(kappa.map(TextTable.number) ?? "none"), "
      + counted(disagreements.count, "disagreements")
  }
}
