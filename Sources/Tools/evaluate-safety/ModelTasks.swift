import Evaluation
import ModelLoading

/// What an evaluation asks of a model.
struct ModelTasks {
  /// The prompts that it answers.
  let sets: [PromptSet]
  /// Files of examples whose loss is measured.
  let utility: [String]
  /// Questions whose choices are measured.
  let choices: [ChoiceSet]
  /// What stands before a choice.
  let choiceContext: ChoiceScore.Context
  /// System turn and forced beginnings.
  let conversation: ConversationOptions
  /// The model that it is compared with.
  let reference: ModelChoice?

  /// Whether any of it is text.
  var needsTokenizer: Bool { !sets.isEmpty || !choices.isEmpty }
}
