/// A normalisation form of Unicode (Standard Annex 15) that keeps the origin of every character.
package enum UnicodeNormalForm: String, Sendable {
  case nfc = "NFC"
  case nfd = "NFD"
  case nfkc = "NFKC"
  case nfkd = "NFKD"

  /// A character on its way through normalisation.
  private struct Item {
    var scalar: UInt32
    var combiningClass: UInt8
    var origin: AlignedText.Origin
  }

  /// The normal form of a part of a text.
  ///
  /// A composed character is from everything it was composed of. A stretch between two ASCII
  /// characters can be normalised by itself, and ASCII among ASCII stays as it is.
  package func applied(to text: AlignedText, _ range: Range<Int>) -> AlignedText {
    var result = AlignedText()
    result.reserveCapacity(range.count)
    var position = range.lowerBound
    while position < range.upperBound {
      let asciiEnd = Self.end(ofASCII: true, in: text.bytes, from: position, to: range.upperBound)
      // The last ASCII character may compose with what follows.
      let copied = asciiEnd == range.upperBound ? asciiEnd : max(asciiEnd - 1, position)
      result.append(text, position..<copied)
      let end = Self.end(ofASCII: false, in: text.bytes, from: asciiEnd, to: range.upperBound)
      normalize(text, copied..<end, into: &result)
      position = end
    }
    return result
  }

  private static func end(
    ofASCII isASCII: Bool, in bytes: [UInt8], from start: Int, to limit: Int
  ) -> Int {
    var position = start
    while position < limit, (bytes[position] < 0x80) == isASCII { position += 1 }
    return position
  }

  private func normalize(_ text: AlignedText, _ range: Range<Int>, into result: inout AlignedText) {
    var items = decomposed(text, range)
    Self.reorder(&items)
    if self == .nfc || self == .nfkc { Self.compose(&items) }
    for item in items {
      guard let scalar = Unicode.Scalar(item.scalar) else { continue }
      result.append(String(scalar).utf8, from: item.origin)
    }
  }

  // MARK: Decomposition

  private func decomposed(_ text: AlignedText, _ range: Range<Int>) -> [Item] {
    let table =
      self == .nfc || self == .nfd
      ? UnicodeDecomposition.canonical : UnicodeDecomposition.compatibility
    var items: [Item] = []
    items.reserveCapacity(range.count / 2)
    var position = range.lowerBound
    while position < range.upperBound {
      let (scalar, end) = text.bytes.scalar(at: position)
      let origin = text.origin(at: position)
      for part in table[scalar] ?? HangulSyllable.decomposition(of: scalar) ?? [scalar] {
        let combiningClass = Self.combiningClass(of: part)
        items.append(Item(scalar: part, combiningClass: combiningClass, origin: origin))
      }
      position = end
    }
    return items
  }

  private static func combiningClass(of scalar: UInt32) -> UInt8 {
    guard let properties = Unicode.Scalar(scalar)?.properties else { return 0 }
    let combiningClass = properties.canonicalCombiningClass.rawValue
    let isKnown =
      combiningClass == 0 || CharacterDatabase.Version.normalization.includes(properties)
    return isKnown ? combiningClass : 0
  }

  /// Sorts every run of combining marks by class, keeping the order within a class.
  private static func reorder(_ items: inout [Item]) {
    var start = 0
    while start < items.count {
      guard items[start].combiningClass != 0 else {
        start += 1
        continue
      }
      var end = start
      while end < items.count, items[end].combiningClass != 0 { end += 1 }
      if end - start > 1 {
        let marks = items[start..<end].enumerated().sorted {
          ($0.element.combiningClass, $0.offset) < ($1.element.combiningClass, $1.offset)
        }
        items.replaceSubrange(start..<end, with: marks.map(\.element))
      }
      start = end
    }
  }

  // MARK: Composition

  /// Joins each character to the last starter before it, unless one between them blocks it.
  private static func compose(_ items: inout [Item]) {
    var kept = 0
    var starter: Int?
    var lastClass: UInt8?  // of the characters kept behind the starter
    for item in items {
      let isBlocked = lastClass.map { $0 >= item.combiningClass } ?? false
      if let index = starter, !isBlocked,
        let composed = composition(of: items[index].scalar, item.scalar)
      {
        items[index].scalar = composed
        items[index].origin.start = min(items[index].origin.start, item.origin.start)
        items[index].origin.end = max(items[index].origin.end, item.origin.end)
        continue
      }
      if item.combiningClass == 0 {
        starter = kept
        lastClass = nil
      } else {
        lastClass = item.combiningClass
      }
      items[kept] = item
      kept += 1
    }
    items.removeSubrange(kept...)
  }

  private static func composition(of left: UInt32, _ right: UInt32) -> UInt32? {
    UnicodeDecomposition.compositions[UInt64(left) << 32 | UInt64(right)]
      ?? HangulSyllable.composition(of: left, right)
  }
}
