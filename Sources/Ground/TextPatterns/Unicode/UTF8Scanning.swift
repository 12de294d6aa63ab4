/// Stepping over UTF-8 that is known to be valid, by byte position.
extension Array<UInt8> {
  /// The scalar that starts at a position, and where the next one starts.
  @inline(__always)
  package func scalar(at position: Int) -> (value: UInt32, end: Int) {
    let lead = self[position]
    if lead < 0x80 { return (UInt32(lead), position + 1) }
    if lead < 0xe0 { return (UInt32(lead & 0x1f) << 6 | continuation(position + 1), position + 2) }
    if lead < 0xf0 {
      let high = UInt32(lead & 0x0f) << 12 | continuation(position + 1) << 6
      return (high | continuation(position + 2), position + 3)
    }
    let high = UInt32(lead & 0x07) << 18 | continuation(position + 1) << 12
    return (high | continuation(position + 2) << 6 | continuation(position + 3), position + 4)
  }

  /// Where the scalar before a position starts.
  @inline(__always)
  package func scalarStart(before position: Int) -> Int {
    var start = position - 1
    while start > 0, self[start] & 0xc0 == 0x80 { start -= 1 }
    return start
  }

  /// Whether the bytes end with others.
  package func ends(with suffix: [UInt8]) -> Bool {
    self.suffix(suffix.count).elementsEqual(suffix)
  }

  /// Appends the UTF-8 encoding of a scalar.
  package mutating func append(_ scalar: Unicode.Scalar) {
    if let units = UTF8.encode(scalar) { append(contentsOf: units) }
  }

  private func continuation(_ position: Int) -> UInt32 { UInt32(self[position] & 0x3f) }
}
