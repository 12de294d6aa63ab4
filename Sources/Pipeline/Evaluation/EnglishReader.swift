/// Says when a text is beyond the rules, which know English only.
///
/// A text is not in English when most of its letters are of another script, or when words of one
/// other language, with other words that have accents, are as many as its English words or more.
/// What remains is not in English either when it has three words or more and none of them is
/// English, or six or more of which fewer than one in eight are: a language that the lists don't
/// know. A name, or a number of a word or two, is no sign of any language.
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
    let names = names(in: response)
    let english = words.count(where: LanguageWords.english.contains)
    let foreign = foreignWords(
      among: words.filter { !names.contains($0) }, isShort: words.count <= 3)
    if foreign.count > english || foreign.count == english && foreign.isUnlikeEnglish {
      return false
    }
    if hasCode { return true }
    if english == 0 {
      return words.count < 3 || words.count < 5 && words.dropFirst().allSatisfy(names.contains)
    }
    return words.count < 6 || english * 8 >= words.count
  }

  /// Words that names begin with, as in "da Vinci", and words with a capital after the first word.
  private static func names(in response: String) -> Set<String> {
    let words = words(of: response)
    func hasCapital(_ word: String) -> Bool { word.first?.isUppercase ?? false }
    var names = Set<String>()
    for (index, word) in words.enumerated() {
      let lowered = word.lowercased()
      let isKnown = LanguageWords.others.contains { $0.contains(lowered) }
      if words.dropFirst(index + 1).first.map(hasCapital) ?? false,
        LanguageWords.ofNames.contains(lowered) || hasCapital(word) && !isKnown
      {
        names.insert(lowered)
      }
      if index > 0, hasCapital(word), !isKnown { names.insert(lowered) }
    }
    return names
  }

  /// The most words of one other language, and words with accents; whether any is not English too.
  private static func foreignWords(
    among words: [String], isShort: Bool
  ) -> (count: Int, isUnlikeEnglish: Bool) {
    let known = LanguageWords.everywhere.union(isShort ? LanguageWords.ofNames : [])
    let candidates = words.filter { !known.contains($0) }
    let hasAccent = candidates.map { word in
      word.unicodeScalars.contains { $0.value >= 0x80 } && !accented.contains(word)
    }
    let found =
      LanguageWords.others.map { language in
        zip(candidates, hasAccent).filter { language.contains($0) || $1 }.map(\.0)
      }.max { $0.count < $1.count } ?? []
    return (found.count, found.contains { !LanguageWords.english.contains($0) })
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
