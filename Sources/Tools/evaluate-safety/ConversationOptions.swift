import ArgumentParser
import CommandSupport
import Evaluation

/// Flags that change what a model is asked, and what it is made to say.
struct ConversationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "System turn to put before every prompt; a prompt that has one of its own is an error.",
      valueName: "text"))
  var system: String?

  @Option(
    help: ArgumentHelp(
      "What every answer is forced to begin with; it is stored, and what follows is judged.",
      valueName: "text"))
  var prefill: String?

  func validate() throws {
    if let prefill, prefill.allSatisfy(\.isWhitespace) {
      throw CommandError.invalidValue(flag: "--prefill", value: prefill, allowed: "some text")
    }
  }

  /// The sets as they are asked.
  ///
  /// - Parameter sets: As they are read.
  /// - Returns: Each after the system turn, where there is one.
  /// - Throws: `EvaluationError.unsuitablePrompt`.
  func applied(to sets: [PromptSet]) throws(EvaluationError) -> [PromptSet] {
    guard let system else { return sets }
    return try sets.map { set throws(EvaluationError) in try set.after(system: system) }
  }
}
