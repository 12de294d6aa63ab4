import OrderedJSON

/// Typed access to the members of a `generation_config.json`; null counts as absent.
struct GenerationReader {
  let object: JSONObject
  let vocabularySize: Int

  private func value(_ key: String) -> JSONValue? {
    object[key].flatMap { $0.isNull ? nil : $0 }
  }

  func positive(_ key: String) throws(GenerationConfigurationError) -> Double? {
    guard let value = value(key) else { return nil }
    guard let number = value.doubleValue, number.isFinite, number > 0 else {
      throw invalid(key, "a positive number")
    }
    return number
  }

  func count(_ key: String) throws(GenerationConfigurationError) -> Int? {
    guard let value = value(key) else { return nil }
    guard let count = value.integerValue, (0...Int(Int32.max)).contains(count) else {
      throw invalid(key, "an integer, 0 or greater")
    }
    return count
  }

  func flag(_ key: String) throws(GenerationConfigurationError) -> Bool {
    guard let value = value(key) else { return false }
    guard let flag = value.boolValue else { throw invalid(key, "true or false") }
    return flag
  }

  /// One token or a list of them; ids outside of the vocabulary are passed over by transformers
  /// where a token is only compared with it, and an error where it is written.
  func tokens(
    _ key: String, inVocabulary: Bool = false
  ) throws(GenerationConfigurationError) -> [Int]? {
    guard let value = value(key) else { return nil }
    guard let ids = integers(value.arrayValue ?? [value]) else {
      throw invalid(key, "a token id or a list of them")
    }
    guard !inVocabulary || ids.allSatisfy((0..<vocabularySize).contains) else {
      throw invalid(key, "ids from 0 to \(vocabularySize - 1)")
    }
    return ids
  }

  /// Lists of token ids, none of them empty.
  func sequences(_ key: String) throws(GenerationConfigurationError) -> [[Int]] {
    guard let value = value(key) else { return [] }
    let sequences = value.arrayValue?.map { sequence($0) }
    guard let sequences, !sequences.isEmpty, !sequences.contains(nil) else {
      throw invalid(key, "a list of lists of ids from 0 to \(vocabularySize - 1)")
    }
    return sequences.compactMap { $0 }
  }

  /// Pairs of a list of token ids and a number; the last of several for the same list holds.
  func sequenceBias(
    _ key: String
  ) throws(GenerationConfigurationError) -> [GenerationSettings.SequenceBias] {
    guard let value = value(key) else { return [] }
    guard let pairs = value.arrayValue, !pairs.isEmpty else { throw badBias(key) }
    var biases: [GenerationSettings.SequenceBias] = []
    for pair in pairs {
      guard let pair = pair.arrayValue, pair.count == 2, let tokens = sequence(pair[0]),
        let bias = pair[1].doubleValue
      else { throw badBias(key) }
      biases.removeAll { $0.tokens == tokens }
      biases.append(.init(tokens: tokens, bias: Float(bias)))
    }
    return biases
  }

  func lengthPenalty(
    _ key: String
  ) throws(GenerationConfigurationError) -> GenerationSettings.LengthPenalty? {
    guard let value = value(key) else { return nil }
    guard let pair = value.arrayValue, pair.count == 2, let start = pair[0].integerValue,
      (0...Int(Int32.max)).contains(start), let factor = pair[1].doubleValue, factor.isFinite
    else { throw invalid(key, "[first new token, factor]") }
    return .init(start: start, factor: factor)
  }

  private func sequence(_ value: JSONValue) -> [Int]? {
    guard let elements = value.arrayValue, !elements.isEmpty, let ids = integers(elements),
      ids.allSatisfy((0..<vocabularySize).contains)
    else { return nil }
    return ids
  }

  private func integers(_ elements: [JSONValue]) -> [Int]? {
    let ids = elements.compactMap(\.integerValue)
    return ids.count == elements.count ? ids : nil
  }

  private func badBias(_ key: String) -> GenerationConfigurationError {
    invalid(key, "a list of [[ids from 0 to \(vocabularySize - 1)], number]")
  }

  private func invalid(_ key: String, _ expected: String) -> GenerationConfigurationError {
    .invalidValue(key: key, value: shown(object[key] ?? .null), expected: expected)
  }

  /// The value as JSON, short enough for a line.
  func shown(_ value: JSONValue) -> String {
    let text = value.text()
    return text.utf8.count <= 80 ? text : String(text.prefix(77)) + "..."
  }
}
