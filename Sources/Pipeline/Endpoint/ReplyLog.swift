import Files
import OrderedJSON
import SystemPackage

/// The replies that are there already, a line each in a file beside the output.
///
/// A line is written as soon as its reply is there, so that what ends the program loses none; a line that
/// was not finished then counts for nothing. The file is there as long as the output is not.
public final class ReplyLog {
  /// Where it is.
  public let path: String
  private var replies: [String: ChatReply] = [:]
  private var wholeBytes = 0
  private var file: AppendedFile?
  private static let byteLimit = 4 << 30

  /// Reads the replies of an earlier run, if there was one.
  ///
  /// - Parameter path: Where they are.
  /// - Throws: `EndpointError.malformedLog`, `.unreadableLog`.
  public init(at path: String) throws(EndpointError) {
    self.path = path
    let bytes: [UInt8]
    do throws(FileFault) {
      bytes = try OpenFile.contents(of: path, limit: Self.byteLimit)
    } catch .missing {
      return
    } catch {
      throw .unreadableLog(path: path, reason: error.description)
    }
    wholeBytes = (bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    let lines = bytes[..<wholeBytes].split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.dropLast().enumerated() {
      guard let json = try? JSONValue(parsing: Array(line)), let reply = ChatReply(logged: json),
        let key = json["request"]?.stringValue
      else { throw .malformedLog(path: path, line: index + 1) }
      replies[key] = reply
    }
  }

  /// The number of replies.
  public var count: Int { replies.count }

  /// The reply to a request, if it is there.
  func reply(to request: ChatRequest) -> ChatReply? { replies[request.key] }

  /// Keeps a reply.
  ///
  /// - Throws: `EndpointError.logNotWritten`, as on a full disk.
  func append(_ reply: ChatReply, to request: ChatRequest) throws(EndpointError) {
    let key = JSONObject([.init(key: "request", value: .string(request.key))])
    let line = JSONValue.object(JSONObject(key.members + reply.json.members)).text() + "\n"
    do throws(Errno) {
      if file == nil { file = try AppendedFile(at: path, keeping: wholeBytes) }
      try file?.append(Array(line.utf8))
    } catch {
      throw .logNotWritten(path: path, reason: error.reason)
    }
    replies[request.key] = reply
  }

  /// Removes the file: the output holds its replies now.
  public func remove() { try? FileNames.remove(path) }
}
