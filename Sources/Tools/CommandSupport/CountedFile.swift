import ArgumentParser
import Files

/// A file of examples and how many of them are taken, written as `FILE` or `FILE:COUNT`.
public struct CountedFile: ExpressibleByArgument, Equatable, Sendable {
  private let text: String

  /// Takes a value of a flag as it is written.
  ///
  /// - Parameter argument: `FILE` or `FILE:COUNT`.
  public init(argument: String) { text = argument }

  /// The file and the count, nil for all.
  ///
  /// A file of the whole name is that file, so that names may have colons, with or without a count after
  /// them. What follows the last colon is a count otherwise.
  ///
  /// - Parameter flag: Name of the flag with its dashes.
  /// - Returns: Where the file is and how many of its examples are taken.
  /// - Throws: `CommandError.invalidValue` for a count that is none.
  public func resolved(flag: String) throws(CommandError) -> (path: String, count: Int?) {
    try requirePath(text, flag: flag)
    guard FileEntry(at: text) == nil, let colon = text.lastIndex(of: ":") else {
      return (text, nil)
    }
    let (path, count) = (String(text[..<colon]), text[text.index(after: colon)...])
    let isNumber =
      !count.isEmpty && count.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    if !path.isEmpty, isNumber, let number = Int(count), number > 0 { return (path, number) }
    // Neither this name nor a count after that of a file: a name that is missing.
    if !path.isEmpty, !isNumber, FileEntry(at: path) == nil { return (text, nil) }
    throw .invalidValue(
      flag: flag, value: text, allowed: "a file, or FILE:COUNT with a count of 1 or more")
  }
}
