import SystemPackage

/// The command line that this process was started with, quoted so that a shell reads it back.
var commandLineText: String {
  CommandLine.arguments.enumerated().map { index, argument in
    shellQuoted(index == 0 ? FilePath(argument).lastComponent?.string ?? argument : argument)
  }.joined(separator: " ")
}

/// `it's` becomes `'it'\''s'`; words that mean nothing to a shell stay as they are.
package func shellQuoted(_ word: String) -> String {
  let plain = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./,:=+@%".unicodeScalars)
  if !word.isEmpty, word.unicodeScalars.allSatisfy(plain.contains) { return word }
  var quoted = "'"
  for scalar in word.unicodeScalars {
    if scalar == "'" { quoted += "'\\''" } else { quoted.unicodeScalars.append(scalar) }
  }
  return quoted + "'"
}
