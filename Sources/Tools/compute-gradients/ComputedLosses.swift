import ArgumentParser
import Failures
import OrderedJSON
import ResultFiles
import SafetyGradients

/// What the command says of a file that it has written.
struct ComputedLosses {
  private let losses: [Double]
  private let origins: [GradientOrigin]?

  init(_ losses: [Double], _ gradients: ControlledExamples) {
    self.losses = losses
    origins = gradients.origins
  }

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
  }

  /// For programs: one loss a row of the file.
  func json(output: String) -> JSONValue {
    var members = [
      JSONObject.Member(key: "output", value: .string(output)),
      JSONObject.Member(key: "losses", value: .array(losses.map { .number($0) })),
    ]
    if let origins {
      members.append(
        JSONObject.Member(key: "kinds", value: .array(origins.map { .string($0.kind) })))
    }
    return .object(JSONObject(members))
  }
}

extension GradientControl: ExpressibleByArgument {}

extension [GradientControl] {
  /// Each once, in the order in which they first come.
  var withoutRepetitions: [GradientControl] {
    reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
