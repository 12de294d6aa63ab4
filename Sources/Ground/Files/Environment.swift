import Glibc

/// What paths are made from: variables and home folders.
package enum Environment {
  /// The value of a variable.
  ///
  /// Calls `getenv`.
  package static func value(of name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  /// The home folder of a user, or of the one whose process this is.
  ///
  /// Calls `getpwnam`, or `getpwuid` and `getuid`.
  package static func homeFolder(of user: String?) -> String? {
    let entry = unsafe user.map { unsafe getpwnam($0) } ?? getpwuid(getuid())
    guard let folder = unsafe entry?.pointee.pw_dir else { return nil }
    return unsafe String(cString: folder)
  }
}
