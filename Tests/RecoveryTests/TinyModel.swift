import Checkpoints
import LinearAlgebra
import TestSupport
import Testing
import Tokens
import Transformer

/// A tiny model of `Tests/Fixtures/models`, loaded afresh, because training changes it.
func tinyModel(_ name: String, plan: MemoryPlan = .unlimited) throws -> LanguageModel {
  let checkpoint = try Checkpoint(opening: Fixtures.path("models/\(name)"))
  return try LanguageModel(
    configuration: try ModelConfiguration(parsing: checkpoint.configuration), source: checkpoint,
    plan: plan)
}

func sequence(_ tokens: [TokenID], prompt: Int) -> Example {
  Example(id: "tiny", tokens: tokens, answerMask: tokens.indices.map { $0 >= prompt })
}
