/// Where prompts stand in the files of the field: names of CSV columns and of JSON members.
///
/// | set | prompt |
/// |---|---|
/// | AdvBench, JailbreakBench | `goal` |
/// | HarmBench | `Behavior`, after a `ContextString` |
/// | StrongREJECT | `forbidden_prompt` |
/// | XSTest, OR-Bench | `prompt` |
/// | Do-Not-Answer | `question` |
/// | Alpaca | `instruction`, before an `input` |
struct PromptColumns {
  private static let textNames = [
    "prompt", "goal", "instruction", "question", "forbidden_prompt", "behavior",
  ]

  /// The names, for messages.
  static var known: String { textNames.joined(separator: ", ") }

  /// The column of the prompt.
  let text: Int
  private let id: Int?
  private let system: Int?
  private let input: Int?
  private let context: Int?
  private let image: Int?
  /// Other columns that are called like prompts.
  let others: [Int]

  /// Finds the columns of a header, by names in upper or lower case alike; nil without a prompt.
  ///
  /// - Parameters:
  ///   - header: The names.
  ///   - wanted: The name of the prompt's column; nil for the first of the known ones.
  init?(_ header: [String], wanted: String?) {
    let lowered = header.map { $0.lowercased() }
    func column(_ name: String) -> Int? {
      header.firstIndex(of: name) ?? lowered.firstIndex(of: name.lowercased())
    }
    guard let text = (wanted.map { [$0] } ?? Self.textNames).lazy.compactMap(column).first else {
      return nil
    }
    self.text = text
    others = wanted == nil ? Self.textNames.compactMap(column).filter { $0 != text } : []
    id = ["id", "BehaviorID", "Index"].lazy.compactMap(column).first { $0 != text }
    system = column("system")
    input = lowered[text] == "instruction" ? column("input") : nil
    context = lowered[text] == "behavior" ? column("ContextString") : nil
    image = column("ImageFileName")
  }

  /// The name of a row's prompt, nil where the row gives none.
  func id(of fields: [String]) -> String? { value(id, fields) }

  /// The prompt before which nothing is to be read, nil where it is empty.
  ///
  /// - Parameter fields: The row.
  /// - Returns: The system prompt and the request.
  func prompt(of fields: [String]) -> (system: String?, text: String)? {
    guard var request = value(text, fields) else { return nil }
    if let input = value(input, fields) { request += "\n\n" + input }
    // HarmBench's own format for contextual behaviours.
    if let context = value(context, fields) { request = context + "\n\n---\n\n" + request }
    return (value(system, fields), request)
  }

  /// What a HarmBench request is asked in the context of, nil where there is nothing.
  func context(of fields: [String]) -> String? { value(context, fields) }

  /// True where the request is about a picture.
  func hasImage(_ fields: [String]) -> Bool { value(image, fields) != nil }

  private func value(_ column: Int?, _ fields: [String]) -> String? {
    guard let column, !fields[column].isEmpty else { return nil }
    return fields[column]
  }
}
