import Failures

/// Where a server of chat completions takes requests.
public struct EndpointAddress: Sendable, Equatable {
  /// Why a text is no such address.
  ///
  /// It does not hold the text, as there may be a password in that.
  public enum Fault: Failure, Equatable {
    /// Neither `http://` nor `https://`.
    case noScheme
    /// There is no host, or something that none can have.
    case noHost
    /// A port that is no number from 1 to 65535.
    case invalidPort
    /// A user name or password stands before the host.
    case credentials
    /// A `?` or `#`, behind which keys are found at times.
    case query
    /// White space, a control character or a character that is not ASCII.
    case invalidCharacter

    /// A flag with a wrong value.
    public var kind: FailureKind { .usage }

    /// The cause.
    public var description: String {
      switch self {
      case .noScheme: "an address begins with http:// or https://"
      case .noHost: "the address has no host"
      case .invalidPort: "the port is no number from 1 to 65535"
      case .credentials:
        "the address holds a user name or password, which would be stored with the results; the "
          + "key belongs into the environment"
      case .query: "the address holds a ? or #"
      case .invalidCharacter: "the address holds white space or a character that is not ASCII"
      }
    }
  }

  /// The address of the chat completions.
  public let url: String
  /// The host, without brackets.
  let host: String

  private static let path = "/chat/completions"

  /// Understands what users call the address of such a server.
  ///
  /// `http://host:8000`, `http://host:8000/v1` and `http://host:8000/v1/chat/completions` are the same;
  /// a path in front of `/v1` is kept.
  ///
  /// - Parameter text: The address.
  /// - Throws: `Fault`.
  public init(_ text: String) throws(Fault) {
    guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else { throw .invalidCharacter }
    let schemes = ["http://", "https://"]
    guard let scheme = schemes.first(where: { text.lowercased().hasPrefix($0) }) else {
      throw .noScheme
    }
    let rest = text.dropFirst(scheme.count)
    guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else { throw .query }
    let authority = rest.prefix { $0 != "/" }
    guard !authority.contains("@") else { throw .credentials }
    host = try Self.host(of: authority)
    var path = String(rest.dropFirst(authority.count))
    while path.hasSuffix("/") { path.removeLast() }
    if !path.hasSuffix(Self.path) { path += (path.hasSuffix("/v1") ? "" : "/v1") + Self.path }
    url = scheme + authority.lowercased() + path
  }

  /// Checks the port too.
  private static func host(of authority: Substring) throws(Fault) -> String {
    let isBracketed = authority.first == "["
    let end = isBracketed ? authority.firstIndex(of: "]") : authority.firstIndex(of: ":")
    guard !isBracketed || end != nil else { throw .noHost }
    let host = authority[..<(end ?? authority.endIndex)].drop { $0 == "[" }
    let port = end.map { authority[$0...].drop { $0 == "]" } } ?? ""
    guard !host.isEmpty, host.allSatisfy({ $0.isLetter || $0.isNumber || "-._:".contains($0) })
    else { throw .noHost }
    guard port.isEmpty || (port.first == ":" && (1...65535).contains(Int(port.dropFirst()) ?? 0))
    else { throw .invalidPort }
    return host.lowercased()
  }

  /// Whether a key would be sent through a network as everyone can read it.
  public var isOpenToOthers: Bool {
    url.hasPrefix("http:") && host != "localhost" && host != "::1" && !host.hasPrefix("127.")
  }
}
