import OrderedJSON

extension ClaimCard {
  /// Written as `format`.
  package static let format = "suture-claims"
  /// Written as `format_version`.
  package static let formatVersion = 1

  /// `claims.json`: no text of a prompt or response is in it.
  ///
  /// - Parameter provenance: The tool, its command line and when it ran.
  /// - Returns: The object to write.
  package func json(provenance: JSONObject) -> JSONValue {
    let head: [JSONObject.Member] = [
      .init(key: "format", value: .string(Self.format)),
      .init(key: "format_version", value: .integer(Self.formatVersion)),
    ]
    let body: [JSONObject.Member] = [
      .init(key: "rule", value: .string(Claim.rule)), .init(key: "margins", value: Margin.json),
      .init(key: "recipe", value: recipe),
      .init(key: "models", value: .array(evidence.models.map(Self.json))),
      .init(key: "units", value: .array(context.gates.map(Self.json))),
      .init(key: "claims", value: .array(claims.map(\.json))),
      .init(key: "controls", value: .array(controls.map(\.json))),
      .init(key: "examples", value: .array(examples.map(\.json))),
      .init(key: "strongest", value: .array(strongest.map(\.json))),
      .init(
        key: "prediction",
        value: [
          "reason": predictions.reason.map { .string($0) } ?? .null,
          "quantities": .array(predictions.quantities.map(\.json)),
        ]),
      .init(key: "instruments", value: .array(instruments.map(\.json))),
      .init(key: "sources", value: sources),
    ]
    return .object(JSONObject(head + provenance.members + body))
  }

  private var recipe: JSONValue {
    context.recipe.map {
      [
        "arm": .string($0.arm.text), "example": .string($0.example.id),
        "examples_sha256": .string($0.example.sha256),
        "asked": .string(evidence.condition?.text ?? ""),
      ]
    } ?? .null
  }

  private static func json(_ model: InitialModel) -> JSONValue {
    [
      "name": .string(model.name), "fingerprint": .string(model.fingerprint),
      "architecture": .string(model.architecture),
      "parameters": model.parameters.map { .integer($0) } ?? .null,
    ]
  }

  private static func json(_ gate: GatedUnit) -> JSONValue {
    let attack = gate.unit.attack
    return [
      "model": .string(gate.unit.model.name), "attack": .string(attack.names.attack),
      "examples": .integer(attack.exampleCount), "seed": .integer(gate.unit.seed),
      "poisoned": .bool(gate.unit.isPoisoned),
      "strength": gate.strength.map { .number($0.value) } ?? .null, "scored": .bool(gate.passes),
      "cell": .string(attack.identity),
    ]
  }

  private var sources: JSONValue {
    [
      "folders": .array(evidence.folders.map { .string($0) }),
      "cells": .object(
        JSONObject(evidence.cellCounts.map { .init(key: $0.stage, value: .integer($0.count)) })),
      "versions": .array(evidence.versions.map { .string($0) }),
      "sets": .array(
        evidence.sets.map {
          [
            "name": .string($0.set.name), "kind": .string($0.kind), "count": .integer($0.count),
            "sha256": .string($0.set.sha256),
          ]
        }),
      "seeds": .array(Set(evidence.units.map(\.seed)).sorted().map { .integer($0) }),
      "notes": .array(evidence.notes.map { .string($0) }),
    ]
  }
}

extension ClaimResult {
  var json: JSONValue {
    [
      "id": .string(id), "claim": .string(text), "verdict": .string(verdict.rawValue),
      "reason": .string(reason), "test": .string(test), "sentence": .string(sentence),
      "quantities": .array(quantities.map(\.json)), "further": .array(further.map(\.json)),
      "published": .array(
        published.map {
          [
            "what": .string($0.what), "value": .string($0.value), "source": .string($0.source),
          ]
        }),
      "controls": .array(controls.map { .integer($0) }),
    ]
  }

  /// What others found.
  package var published: [PublishedNumber] {
    Claim(rawValue: id).map(PublishedNumbers.of) ?? []
  }
}

extension ControlResult {
  var json: JSONValue {
    [
      "number": .integer(number), "control": .string(text), "run": .bool(wasRun),
      "why": .string(why),
    ]
  }
}

extension Quantity {
  package var json: JSONValue {
    var members: [JSONObject.Member] = [
      .init(key: "name", value: .string(name)), .init(key: "value", value: .number(value)),
      .init(key: "low", value: interval.map { .number($0.lowerBound) } ?? .null),
      .init(key: "high", value: interval.map { .number($0.upperBound) } ?? .null),
      .init(key: "count", value: .integer(count)),
      .init(key: "seeds", value: .array(seeds.map { .integer($0) })),
    ]
    if let verdict { members.append(.init(key: "verdict", value: .string(verdict.rawValue))) }
    if !points.isEmpty {
      members.append(
        .init(
          key: "by_seed",
          value: .array(
            points.map {
              [
                "seed": $0.seeds.first.map { .integer($0) } ?? .null, "value": .number($0.value),
                "low": $0.interval.map { .number($0.lowerBound) } ?? .null,
                "high": $0.interval.map { .number($0.upperBound) } ?? .null,
                "count": .integer($0.count),
              ]
            })))
    }
    return .object(JSONObject(members))
  }
}
