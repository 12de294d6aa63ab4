import Checkpoints
import LinearAlgebra
import TestSupport
import Testing
import Transformer

/// A tiny model of `Tests/Fixtures/models`, loaded afresh, because training changes it.
func tinyModel(_ name: String) throws -> LanguageModel {
  let checkpoint = try Checkpoint(opening: Fixtures.path("models/\(name)"))
  return try LanguageModel(
    configuration: try ModelConfiguration(parsing: checkpoint.configuration), source: checkpoint)
}

func sequence(_ tokens: [Int32], prompt: Int) throws -> LossSequence {
  try LossSequence(tokens: tokens, carriesLoss: tokens.indices.map { $0 >= prompt })
}
