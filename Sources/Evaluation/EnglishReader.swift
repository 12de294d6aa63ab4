/// Says when a text is beyond the rules, which know English only.
enum EnglishReader {
  /// Words that English prose of a dozen words hardly does without.
  private static let functionWords: Set<String> = [
    "the", "a", "an", "and", "or", "of", "to", "in", "on", "at", "by", "for", "with", "from", "is",
    "are", "was", "were", "be", "been", "has", "have", "had", "it", "its", "this", "that", "these",
    "i", "you", "he", "she", "we", "they", "your", "my", "his", "her", "their", "not", "but", "as",
    "can", "will", "if", "when", "there", "here", "do", "does", "what", "how", "which",
  ]

  /// Answers to some questions and refusals of others.
  private static let bareAnswers = [
    Phrase("^ no $"), Phrase("^ i do not know *6 $"), Phrase("^ i am not sure *6 $"),
    Phrase("^ no comment $"),
  ]

  /// The least number of words by which a language can be told.
  private static let languageSample = 12

  /// Why the text can't be judged, or nil when it can.
  static func unreadable(_ text: ReadableText, response: String) -> String? {
    let words = text.words
    if text.sentences.count == 1, bareAnswers.firstMatch(in: words) != nil { return "bare answer" }
    if text.hasCode { return nil }
    if isMostlyForeignScript(response) { return "not in English" }
    if words.count >= languageSample, functionWords.isDisjoint(with: words) {
      return "not in English"
    }
    return nil
  }

  private static func isMostlyForeignScript(_ response: String) -> Bool {
    var letters = 0
    var latin = 0
    for scalar in response.unicodeScalars where scalar.properties.isAlphabetic {
      letters += 1
      if scalar.value < 0x250 { latin += 1 }
    }
    return letters > 0 && latin * 2 < letters
  }
}
