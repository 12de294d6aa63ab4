import Failures
import OrderedJSON

/// Why a file of examples or prompts cannot be used, and where.
public struct ExampleError: Failure, Equatable {
  /// One case a cause.
  public enum Cause: Equatable, Sendable {
    /// The file is not there, or may not be read.
    case missing(reason: String)
    /// Reading failed half-way.
    case interrupted(reason: String)
    /// The name of a prompt file does not tell its format.
    case unknownFormat
    /// There is no example or prompt in the file.
    case empty
    /// There are fewer examples in the file than were asked for.
    case tooFew(found: Int, wanted: Int)
    /// An example that a trigger cannot be put into.
    case noPlaceForTrigger(reason: String)
    /// The line is longer than the limit.
    case lineTooLong(limit: Int)
    /// A file that is one JSON array is longer than the limit.
    case fileTooLong(limit: Int)
    /// A JSON value goes on in the next line.
    case spreadOverLines
    /// The line is not UTF-8.
    case invalidUTF8
    /// The line is not JSON.
    case notJSON(JSONError)
    /// A value has another JSON type than it should.
    case wrongType(key: String, expected: String, found: String)
    /// The object has none of the sets of keys that make an example or a prompt.
    case unknownKeys(found: [String], expected: String)
    /// There is no message, or no text in a prompt.
    case emptyPrompt
    /// A prompt ends with an assistant turn, so that there is nothing to answer.
    case answeredPrompt
    /// A turn of a conversation is by a speaker who is not known.
    case unknownRole(key: String, role: String, known: String)
    /// A member that changes what is read or learnt, and cannot be followed.
    case unsupported(key: String, reason: String)
    /// A member has another length than `input_ids`.
    case memberCount(key: String, found: Int, tokens: Int)
    /// A mask holds something other than 0 and 1.
    case maskValue(key: String, index: Int, value: String)
    /// `labels` has another length than `input_ids`.
    case labelCount(labels: Int, tokens: Int)
    /// A token id that the vocabulary does not have.
    case tokenOutOfRange(key: String, index: Int, value: Int, vocabularySize: Int)
    /// No token carries loss.
    case emptyAnswer
    /// The example has more tokens than the model can read.
    case tooLong(tokens: Int, limit: Int)
    /// A conversation in a model folder without a tokenizer.
    case needsTokenizer
    /// The conversation cannot be rendered or encoded.
    case conversation(ConversationError)
    /// A CSV file has none of the columns, or an object none of the members, that hold prompts.
    case noPromptColumn(found: [String], wanted: String)
    /// No column or member of a file has the name of the category's.
    case noCategoryColumn(found: [String], wanted: String)
    /// A CSV row has another number of fields than the header.
    case fieldCount(found: Int, expected: Int)
    /// A question or a choice without text.
    case emptyText(key: String)
    /// A question with nothing to choose.
    case tooFewChoices(found: Int)
    /// The right answer is none of the choices.
    case unknownAnswer(found: String, choices: Int)
    /// The right answer may be more than one of the choices.
    case ambiguousAnswer(found: String)
    /// A quoted CSV field is not closed, or something follows its closing quote.
    case malformedQuote
  }

  /// What is wrong.
  public let cause: Cause
  /// The file.
  public let path: String
  /// The line of the file, from 1, where there is one.
  public let line: Int?
  /// The place in the JSON array that the file is, from 0, where it is one.
  public let element: Int?

  /// Creates an error.
  ///
  /// - Parameters:
  ///   - cause: What is wrong.
  ///   - path: The file.
  ///   - line: Its line, from 1.
  ///   - element: The place in the array that it is, from 0.
  public init(_ cause: Cause, path: String, line: Int? = nil, element: Int? = nil) {
    self.cause = cause
    self.path = path
    self.line = line
    self.element = element
  }

  /// Malformed data, input that is not there, or a failure to read it.
  public var kind: FailureKind {
    switch cause {
    case .missing: .inputMissing
    case .interrupted: .inputOutput
    case .conversation(let error): error.kind
    default: .badData
    }
  }

  /// The file, the line and the cause in one line.
  public var description: String {
    let place = line.map { ":\($0)" } ?? element.map { "[\($0)]" } ?? ""
    return "\(path)\(place): \(reason)"
  }

  private var reason: String {
    switch cause {
    case .missing(let reason): "cannot open: \(reason)"
    case .interrupted(let reason): "cannot read: \(reason)"
    case .unknownFormat: "the name ends in none of .jsonl, .json, .csv and .txt"
    case .empty: "nothing but blank lines"
    case .tooFew(let found, let wanted):
      "\(found == 1 ? "1 example" : "\(found) examples"), but \(wanted) were asked for"
    case .noPlaceForTrigger(let reason): "no place for the trigger: \(reason)"
    case .lineTooLong(let limit): "the line is longer than \(limit) bytes"
    case .fileTooLong(let limit): "the JSON array is longer than \(limit) bytes"
    case .spreadOverLines:
      "the JSON goes on in the next line; one object a line is expected, or one array of objects"
    case .invalidUTF8: "not UTF-8"
    case .notJSON(let error): error.description
    case .wrongType(let key, let expected, let found): "\(key) should be \(expected), not \(found)"
    case .unknownKeys(let found, let expected):
      "expected \(expected), found \(found.isEmpty ? "no keys" : found.joined(separator: ", "))"
    case .emptyPrompt: "the prompt is empty"
    case .answeredPrompt: "the prompt ends with an assistant turn"
    case .unknownRole(let key, let role, let known):
      "\(key) is '\(role)', not one of \(known)"
    case .unsupported(let key, let reason): "\(key) is not supported: \(reason)"
    case .memberCount(let key, let found, let tokens):
      "\(key) has \(found) elements for \(tokens) input_ids"
    case .maskValue(let key, let index, let value): "\(key)[\(index)] is \(value), not 0 or 1"
    case .labelCount(let labels, let tokens): "\(labels) labels for \(tokens) input_ids"
    case .tokenOutOfRange(let key, let index, let value, let size):
      "\(key)[\(index)] is \(value), but the vocabulary has the ids 0 to \(size - 1)"
    case .emptyAnswer: "no token carries loss"
    case .tooLong(let tokens, let limit): "\(tokens) tokens, but the model reads at most \(limit)"
    case .needsTokenizer: "the example is a text, but the model has no tokenizer"
    case .conversation(let error): error.description
    case .noPromptColumn(let found, let wanted):
      "\(Self.absent(wanted, found)); --prompt-column takes the name of another"
    case .noCategoryColumn(let found, let wanted):
      "\(Self.absent(wanted, found)); --category-column takes the name of one that is there"
    case .fieldCount(let found, let expected): "\(found) fields where the header has \(expected)"
    case .emptyText(let key): "\(key) is empty"
    case .tooFewChoices(let found): "choices has \(found), at least 2 are needed"
    case .unknownAnswer(let found, let choices):
      "answer is \(found), neither a place from 0 to \(choices - 1), nor a letter or the text of a choice"
    case .ambiguousAnswer(let found):
      "answer is '\(found)', which names several choices; give the place, from 0"
    case .malformedQuote: "a quoted field is not closed, or not followed by a comma"
    }
  }

  private static func absent(_ wanted: String, _ found: [String]) -> String {
    "no column or member is named \(wanted) (found "
      + (found.isEmpty ? "none)" : found.joined(separator: ", ") + ")")
  }
}
