import ArgumentParser

/// Some of a model's layers, written as `0-3,7`.
public struct LayerSelection: ExpressibleByArgument, Equatable, Sendable {
  private let ranges: [ClosedRange<Int>]

  /// Parses a list of layers and ranges of layers; nil when it is none.
  ///
  /// - Parameter argument: Numbers from 0 and ranges of them, separated by commas.
  public init?(argument: String) {
    var ranges: [ClosedRange<Int>] = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let range = Self.range(part) else { return nil }
      ranges.append(range)
    }
    self.ranges = ranges
  }

  private static func range(_ text: Substring) -> ClosedRange<Int>? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(Self.number)
    switch ends.count {
    case 1: return ends[0].map { $0...$0 }
    case 2:
      guard let first = ends[0], let last = ends[1], first <= last else { return nil }
      return first...last
    default: return nil
    }
  }

  private static func number(_ text: Substring) -> Int? {
    text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
  }

  /// Whether a layer, counted from 0, is selected.
  public func contains(_ layer: Int) -> Bool { ranges.contains { $0.contains(layer) } }

  /// Refuses a layer that the model does not have.
  ///
  /// - Parameter layerCount: Number of layers of the model.
  /// - Throws: `CommandError.invalidValue`.
  public func requireInside(layerCount: Int) throws(CommandError) {
    for range in ranges where range.upperBound >= layerCount {
      throw .invalidValue(
        flag: "--layers", value: "\(range.upperBound)", allowed: "0 to \(layerCount - 1)")
    }
  }
}
