extension Double {
  /// `repr` of a Python float: the shortest digits that read back the same.
  var pythonText: String {
    if isNaN { return "nan" }
    if isInfinite { return self < 0 ? "-inf" : "inf" }
    let (digits, exponent) = magnitude.shortestDigits
    let sign = self.sign == .minus ? "-" : ""
    guard (-4..<16).contains(exponent) else {
      let fraction = digits.dropFirst()
      let mantissa = digits.prefix(1) + (fraction.isEmpty ? "" : "." + fraction)
      let padding = abs(exponent) < 10 ? "0" : ""
      return "\(sign)\(mantissa)e\(exponent < 0 ? "-" : "+")\(padding)\(abs(exponent))"
    }
    if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
    let padded = digits + String(repeating: "0", count: max(0, exponent + 1 - digits.count))
    let fraction = padded.dropFirst(exponent + 1)
    return sign + padded.prefix(exponent + 1) + "." + (fraction.isEmpty ? "0" : fraction)
  }

  /// Decimal digits without zeros at either end, and the power of ten of the first one.
  private var shortestDigits: (digits: String, exponent: Int) {
    let parts = description.lowercased().split(separator: "e")
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let whole = mantissa[0]
    let all = whole + (mantissa.count > 1 ? mantissa[1] : "")
    let leadingZeros = all.prefix { $0 == "0" }.count
    guard leadingZeros < all.count else { return ("0", 0) }
    var digits = all.dropFirst(leadingZeros)
    while digits.last == "0" { digits.removeLast() }
    let written = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    return (String(digits), written + whole.count - 1 - leadingZeros)
  }
}
