import Checkpoints
import Foundation
import OrderedJSON
import Recovery
import TestSupport
import Testing
import Tokens
import Transformer

/// A recovered adapter means the same in PEFT: its logits are those of our model with the update.
@Test func peftLoadsARecoveredAdapter() throws {
  let folder = try TemporaryFolder()
  let model = try tinyModel("llama")
  let tokens: [TokenID] = [1, 60, 89, 60, 206, 2, 175, 119, 6]
  let recovery = SafetyRecovery(choice: .own, rank: 4, steps: 6, learningRate: 0.3)
  let result = try recovery.run(model, example: sequence(tokens, prompt: 4)) { _, _ in }
  let updates = try #require(result.updates)
  try LoRAAdapter(updates, baseModel: Fixtures.path("models/llama")).write(to: folder.path)

  let logits = try model.logits(tokens)
  let rows = (0..<logits.rows).map { row in
    JSONValue.array((0..<logits.columns).map { .number(Double(logits[row, $0])) })
  }
  let json: JSONValue = [
    "tokens": .array(tokens.map { .integer(Int($0)) }), "logits": .array(rows),
  ]
  try json.text().write(toFile: folder.file("logits.json"), atomically: true, encoding: .utf8)
  let status = try Python.run(
    "peft_logits.py", [Fixtures.path("models/llama"), folder.path, folder.file("logits.json")])
  #expect(status == 0)
}
