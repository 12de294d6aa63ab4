import Jinja
import OrderedJSON
import Testing

/// What the reference made of a template: a text, or an error of some kind.
struct Outcome: Sendable {
  let expected: String?
  let error: String?
  let message: String?

  init(_ json: JSONValue) {
    expected = json["expected"]?.stringValue
    error = json["error"]?.stringValue
    message = json["message"]?.stringValue
  }

  /// Checks what our interpreter makes of the same.
  func check(_ render: () throws(TemplateError) -> String, _ label: String) {
    do throws(TemplateError) {
      let text = try render()
      guard let expected else {
        Issue.record("\(label): expected the error '\(error ?? "")', got \(text.debugDescription)")
        return
      }
      #expect(
        text.utf8.elementsEqual(expected.utf8),
        "\(label)\n got \(text.debugDescription)\n not \(expected.debugDescription)")
    } catch {
      checkError(error, label)
    }
  }

  private func checkError(_ found: TemplateError, _ label: String) {
    switch (error, found.cause) {
    case ("syntax", .syntax), ("undefined", .undefined), ("forbidden", .forbidden): break
    case ("raised", .raised(let text)): #expect(text == message)
    case ("other", .invalidOperation), ("other", .unsupported), ("other", .limitExceeded): break
    case ("address", .unsupported), ("address", .invalidOperation): break
    case ("other", .syntax(let reason)) where reason.contains("named"): break
    default:
      Issue.record("\(label): expected \(expected?.debugDescription ?? error ?? ""), got \(found)")
    }
  }
}
