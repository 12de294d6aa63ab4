import OrderedJSON
import ResultFiles

/// Which token owns which direction, as a table for the terminal: a line a token, as
/// `inspect-model --show-mask` has it, with its shares in the leading components before its text.
struct AttributionTable {
  let attribution: TokenAttribution
  let components: Int

  var text: String {
    let marked = (0..<attribution.tokenCount).count { attribution.carriesLoss($0) }
    var lines = [
      "example \(attribution.example), \(attribution.module.name): \(attribution.tokenCount) tokens, "
        + "\(marked) with loss (*)",
      row("component", (0..<components).map { "\($0 + 1)" }, "energy brought"),
      row("energy", (0..<components).map { decimals(attribution.energy($0)) }, ""),
    ]
    for token in 0..<attribution.tokenCount {
      let mark = attribution.carriesLoss(token) ? "*" : " "
      let shares = (0..<components).map { decimals(Double(attribution.share(token, $0))) }
      let total = decimals(attribution.energyShare(token, components: components))
      lines.append(
        row("\(token) \(mark)", shares, padded(total, 6) + "  " + label(token)))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func row(_ head: String, _ fields: [String], _ tail: String) -> String {
    let line = padded(head, 9) + fields.map { padded($0, 8) }.joined() + "  " + tail
    return tail.isEmpty ? String(line.dropLast(2)) : line
  }

  private func label(_ token: Int) -> String {
    JSONValue.string(attribution.text(token)).text()
  }
}

/// A number to three decimals.
private func decimals(_ number: Double) -> String {
  if number.isNaN { return "-" }
  if abs(number) >= 1e6 { return number < 0 ? "<-1e6" : ">1e6" }
  let thousandths = Int((abs(number) * 1000).rounded())
  let digits = "\(thousandths % 1000)"
  let sign = number < 0 && thousandths > 0 ? "-" : ""
  return "\(sign)\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
}

private func padded(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}
