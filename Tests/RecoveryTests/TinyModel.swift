import Checkpoints
import LinearAlgebra
import Testing
import Transformer

/// A tiny model of `Resources`, loaded afresh, because training changes it.
func tinyModel(_ name: String) throws -> LanguageModel {
  let checkpoint = try Checkpoint(opening: resource(name))
  return try LanguageModel(
    configuration: try ModelConfiguration(parsing: checkpoint.configuration), source: checkpoint)
}

func resource(_ name: String) -> String {
  #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/Resources/" + name
}

func sequence(_ tokens: [Int32], prompt: Int) throws -> LossSequence {
  try LossSequence(tokens: tokens, carriesLoss: tokens.indices.map { $0 >= prompt })
}
