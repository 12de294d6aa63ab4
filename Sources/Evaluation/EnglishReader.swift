/// Says when a text is beyond the rules, which know English only.
///
/// A text is not in English when most of its letters are of another script, or when words of one
/// other language, with other words that have accents, outnumber its English words. What remains is
/// not in English either when it has three words or more and none of them is English, or six or
/// more of which fewer than one in eight are: a language that the lists don't know. A name or a
/// number of a word or two is no sign of any language.
enum EnglishReader {
  /// Answers to some questions and refusals of others.
  private static let bareAnswers = [
    Phrase("^ no $"), Phrase("^ i do not know *6 $"), Phrase("^ i am not sure *6 $"),
    Phrase("^ no comment $"),
  ]

  /// English words that keep an accent.
  private static let accented: Set<String> = [
    "café", "cafés", "naïve", "résumé", "fiancé", "fiancée", "jalapeño", "jalapeños", "piñata",
    "crème", "brûlée", "déjà", "façade", "cliché", "clichés", "sauté", "sautéed", "purée", "entrée",
    "soufflé", "pâté", "touché", "rosé", "protégé", "exposé", "doppelgänger", "sautéing", "flambé",
    "décor", "matinée", "à", "vis-à-vis", "über",
  ]

  /// Why the text can't be judged, or nil when it can.
  static func unreadable(_ text: ReadableText, response: String) -> String? {
    if text.sentences.count == 1, bareAnswers.firstMatch(in: text.words) != nil {
      return "bare answer"
    }
    return isEnglish(response, hasCode: text.hasCode) ? nil : "not in English"
  }

  private static func isEnglish(_ response: String, hasCode: Bool) -> Bool {
    let prose = ReadableText.withoutCode(ReadableText.unquoted(ReadableText.levelled(response)))
    if isMostlyForeignScript(prose) { return false }
    let words = words(of: prose)
    let english = words.count(where: LanguageWords.english.contains)
    if foreignWords(among: words) > english { return false }
    if hasCode { return true }
    if english == 0 { return words.count < 3 }
    return words.count < 6 || english * 8 >= words.count
  }

  /// The most words of one other language, and words with accents.
  private static func foreignWords(among words: [String]) -> Int {
    let known = LanguageWords.everywhere.union(words.count <= 3 ? LanguageWords.ofNames : [])
    let candidates = words.filter { !known.contains($0) }
    let hasAccent = candidates.map { word in
      word.unicodeScalars.contains { $0.value >= 0x80 } && !accented.contains(word)
    }
    let most = LanguageWords.others.map { language in
      zip(candidates, hasAccent).count { language.contains($0) || $1 }
    }.max()
    return most ?? 0
  }

  /// Words of letters, apart at apostrophes.
  private static func words(of text: String) -> [String] {
    var words: [String] = []
    var word = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar.properties.isAlphabetic || scalar.properties.generalCategory == .nonspacingMark {
        word.append(scalar)
      } else if !word.isEmpty {
        words.append(String(word))
        word = String.UnicodeScalarView()
      }
    }
    return word.isEmpty ? words : words + [String(word)]
  }

  private static func isMostlyForeignScript(_ text: String) -> Bool {
    var letters = 0
    var latin = 0
    for scalar in text.unicodeScalars where scalar.properties.isAlphabetic {
      letters += 1
      if scalar.value < 0x250 || (0x1e00...0x1eff).contains(scalar.value) { latin += 1 }
    }
    return letters > 0 && latin * 2 < letters
  }
}
