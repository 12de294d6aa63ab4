import Glibc

/// The machine that this process runs on.
package enum Host {
  /// Its name, without characters that would be taken apart in a file's name.
  ///
  /// Calls `gethostname`.
  package static let name: String = {
    var name = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&name, name.count - 1) == 0 else { return "" }
    let text = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return text.replacing("/", with: "_")
  }()
}
