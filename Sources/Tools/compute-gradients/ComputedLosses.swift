import ArgumentParser
import Failures
import OrderedJSON
import ResultFiles
import SafetyGradients
import Spectra

/// What the command says of a file that it has written.
struct ComputedLosses {
  private let losses: [Double]
  private let origins: [GradientOrigin]?
  private let decomposition: DecompositionSummary?

  init(
    _ losses: [Double], _ gradients: ControlledExamples,
    _ decomposition: DecompositionSummary? = nil
  ) {
    self.losses = losses
    origins = gradients.origins
    self.decomposition = decomposition
  }

  /// What should not be trusted.
  var warnings: [String] { decomposition?.warnings ?? [] }

  /// Losses of the examples themselves.
  private var own: [Double] {
    guard let origins else { return losses }
    return zip(losses, origins).filter { $1.kind == GradientOrigin.example }.map(\.0)
  }

  /// For people.
  var text: String {
    let mean = own.reduce(0, +) / Double(own.count)
    let controls = losses.count - own.count
    return counted(own.count, "examples")
      + (controls > 0 ? " and \(counted(controls, "controls"))" : "") + ", mean loss \(mean) nats"
      + (decomposition.map {
        "; \(counted($0.gradientCount, "gradients")) decomposed\n\($0.certificateText)"
      } ?? "")
  }

  /// For programs: one loss a row of the file.
  func json(output: String?, spectra: String?) -> JSONValue {
    var json = JSONObject()
    if let output { json["output"] = .string(output) }
    if let spectra { json["spectra"] = .string(spectra) }
    json["losses"] = .array(losses.map { .number($0) })
    if let origins { json["kinds"] = .array(origins.map { .string($0.kind) }) }
    if let decomposition {
      json["gradients"] = .integer(decomposition.gradientCount)
      json["fallbacks"] = .integer(decomposition.fallbackCount)
      json["residual"] = .number(decomposition.residual.value)
      json["orthogonality_defect"] = .number(decomposition.orthogonalityDefect.value)
    }
    return .object(json)
  }
}

extension GradientControl: ExpressibleByArgument {}

extension [GradientControl] {
  /// Each once, in the order in which they first come.
  var withoutRepetitions: [GradientControl] {
    reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
