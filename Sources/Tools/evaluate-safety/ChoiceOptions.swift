import ArgumentParser
import CommandSupport
import Conversations
import Evaluation
import Files

/// Flags that name questions with choices.
struct ChoiceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Questions with choices, JSONL of {\"question\", \"choices\", \"answer\"}, whose accuracy is measured by "
        + "the likelihood of each choice; may be repeated.",
      valueName: "file"))
  var choices: [String] = []

  @Flag(
    help: ArgumentHelp(
      "Ask the questions of --choices through the chat template instead of as they are."))
  var choicesAsChat = false

  func validate() throws {
    for path in choices { try requirePath(path, flag: "--choices") }
    if choicesAsChat, choices.isEmpty { throw ValidationError("--choices-as-chat needs --choices") }
  }

  /// What stands before a choice.
  var context: ChoiceScore.Context { choicesAsChat ? .chat : .question }

  /// Reads the questions.
  ///
  /// - Parameter run: Prints what the user should know of the files.
  /// - Returns: The questions of each file, no two of one name.
  /// - Throws: `ExampleError`.
  func files(_ run: RunOptions) throws -> [ChoiceSet] {
    let names = InputName.distinct(choices.map(InputName.stem))
    return try zip(names, choices).map { name, path in
      var digest = Digest.Stream()
      let (questions, notes) = try ChoiceFile.read(path) { digest.update($0) }
      run.note(notes)
      return ChoiceSet(name: name, sha256: digest.finish(), questions: questions)
    }
  }
}

/// The questions of one file.
struct ChoiceSet {
  let name: String
  /// Hex SHA-256 of the file.
  let sha256: String
  let questions: [ChoiceQuestion]
}
