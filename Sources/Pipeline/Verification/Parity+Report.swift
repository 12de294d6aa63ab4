import OrderedJSON

extension [Parity] {
  /// The deviations as a page in Markdown: a row a model, the tolerances at the head.
  public var markdown: String {
    let names = Parity.quantities.map(\.name)
    let tolerances = Parity.quantities.map { "at most \(Self.short($0.tolerance))" }
    var lines = [
      "# Agreement with PyTorch",
      "",
      "The worst deviation of each architecture from PyTorch in float64, over three examples of a",
      "small random model, beside the tolerance. Gradients are of every linear weight. The last",
      "column needs no other software: gradients against central differences of our own loss.",
      "",
      "| model | architecture | \(names.joined(separator: " | ")) |",
      "|---|---|" + String(repeating: "---|", count: names.count),
      "| tolerance | | \(tolerances.joined(separator: " | ")) |",
    ]
    for parity in self {
      let errors = parity.checks.map {
        $0.passes ? Self.short($0.error) : "**\(Self.short($0.error))**"
      }
      lines.append(
        "| \(parity.name) | \(parity.architecture) | \(errors.joined(separator: " | ")) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The same for programs.
  public var json: JSONValue {
    .array(
      map { parity in
        [
          "model": .string(parity.name), "architecture": .string(parity.architecture),
          "checks": .array(parity.checks.map(\.json)),
        ]
      })
  }

  /// Two significant digits: the rest differs from machine to machine.
  private static func short(_ value: Double) -> String { value.twoDigits }
}

extension Check {
  /// The check as JSON; an error that is not a number is null.
  public var json: JSONValue {
    [
      "name": .string(name), "error": .number(error), "tolerance": .number(tolerance),
      "passes": .bool(passes),
    ]
  }
}

extension Double {
  /// The number with two significant digits, such as 2.1e-06.
  public var twoDigits: String {
    guard self != 0, isFinite else { return self == 0 ? "0" : "\(self)" }
    var exponent = 0
    var mantissa = magnitude
    while mantissa >= 10 {
      mantissa /= 10
      exponent += 1
    }
    while mantissa < 1 {
      mantissa *= 10
      exponent -= 1
    }
    var tenths = Int((mantissa * 10).rounded())
    if tenths == 100 {
      tenths = 10
      exponent += 1
    }
    let digits = "\(self < 0 ? "-" : "")\(tenths / 10).\(tenths % 10)"
    return exponent == 0 ? digits : "\(digits)e\(exponent)"
  }
}
