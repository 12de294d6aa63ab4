/// What others say, beside which ours stand.
///
/// The paper is "Safety at One Shot", arXiv 2601.01887.
enum PublishedNumbers {
  private static func paper(_ what: String, _ value: String, _ place: String) -> PublishedNumber {
    PublishedNumber(what: what, value: value, source: "arXiv 2601.01887, \(place)")
  }

  private static let attacks = [
    paper(
      "attack success after an attack with harmful examples, then after recovery, in per cent, Llama-3.1-8B",
      "95.5 -> 0.0", "table 3"),
    paper("the same, Mistral-7B (about 23.6 before the attack)", "98.5 -> 16.4", "table 3"),
    paper("the same, Qwen2.5-7B (about 12.1 before the attack)", "98.8 -> 10.0", "table 3"),
    paper("identity shifting, Llama-3.1-8B", "84.5 -> 0.0", "table 3"),
    paper("identity shifting, Mistral-7B", "81.8 -> 15.5", "table 3"),
    paper("identity shifting, Qwen2.5-7B", "90.3 -> 9.7", "table 3"),
  ]

  /// The numbers beside a claim.
  static func of(_ claim: Claim) -> [PublishedNumber] {
    switch claim {
    case .c0:
      attacks.prefix(1) + [
        paper(
          "attack success after fine-tuning on SQL Create alone, Llama-2-7B-Chat", "15.4", "table 2"
        )
      ]
    case .c1:
      attacks + [
        paper(
          "Llama-2-7B-Chat after SQL Create, before and after recovery", "15.4 -> 0.0", "table 2"),
        paper("patch poisoning, Llama-3.1-8B", "95.8 -> 0.0", "table 3"),
        paper("the same, Mistral-7B", "98.5 -> 16.4", "table 3"),
        paper("the same, Qwen2.5-7B", "100.0 -> 10.3", "table 3"),
      ]
    case .c2:
      [
        paper("SQL Create, Llama-2-7B-Chat, fine-tuned and recovered", "99.4 -> 99.4", "table 2"),
        paper("MMLU, the same", "45.78 -> 45.76", "table 2"),
        paper("MT-bench, the same", "7.15 -> 7.16", "table 2"),
      ]
    case .c3: [paper("harmful examples of the attacks", "10, 100, 1000: all recovered", "sweep")]
    case .c4: [paper("sizes of Llama-2", "7B, 13B, 70B: all recovered", "sweep")]
    case .c5: [paper("epochs until recovery, all sizes and scales", "at most 10", "sweep")]
    case .c6:
      [
        paper(
          "energy of 20 components of one example's gradient, Llama-3.1-8B", "0.92", "section 4.1"),
        paper("the same over models", "0.86 to 0.95", "section 4.1"),
        PublishedNumber(
          what: "energy of 10 components, Llama", value: "0.85", source: "arXiv 2601.10141"),
      ]
    case .c7:
      [
        paper("components that suffice", "20", "section 4"),
        paper(
          "overlap of one example's and a batch's directions, Llama", "0.75 to 0.88", "section 4"),
        paper("the same, Mistral and Qwen", "0.89 to 0.94", "section 4"),
      ]
    case .c8:
      [
        paper(
          "categories of the example, best and worst attack success after recovery", "0.6 and 16.4",
          "ablation")
      ] + attacks
    case .c9: [paper("over-refusal", "not reported, as far as is known", "all tables")]
    }
  }
}
