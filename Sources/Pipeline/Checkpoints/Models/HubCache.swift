import Files

/// The local cache of models from the Hugging Face hub.
///
/// A revision (a branch or tag) is the file `models--org--name/refs/<revision>`, which holds the
/// commit; the files of a commit are in `models--org--name/snapshots/<commit>`.
package struct HubCache: Sendable {
  /// Where the models are.
  let path: String?

  /// The cache that the environment names, as `huggingface_hub` does.
  package static var current: HubCache {
    HubCache(
      environment: { name in Environment.value(of: name).flatMap { $0.isEmpty ? nil : $0 } },
      home: Environment.homeFolder)
  }

  /// Finds the cache: `HF_HUB_CACHE`, or `HUGGINGFACE_HUB_CACHE`, or `hub` in `HF_HOME`, or
  /// `huggingface/hub` in `XDG_CACHE_HOME`, or in `~/.cache`.
  ///
  /// A `~` at the start and variables (`$NAME`, `${NAME}`) stand for their values. Source:
  /// `constants.py` of `huggingface_hub`.
  ///
  /// - Parameters:
  ///   - environment: Gives the value of a variable, or nil.
  ///   - home: Gives the home folder of a user, of this one for nil, when `HOME` does not.
  package init(
    environment: @escaping (String) -> String?,
    home: @escaping (String?) -> String? = { _ in nil }
  ) {
    let expansion = PathExpansion(environment: environment, home: home)
    func variable(_ name: String) -> String? { environment(name).map(expansion.expand) }
    if let path = variable("HF_HUB_CACHE") ?? variable("HUGGINGFACE_HUB_CACHE") {
      self.path = path
    } else if let home = variable("HF_HOME") {
      path = home + "/hub"
    } else if let caches = variable("XDG_CACHE_HOME") {
      path = caches + "/huggingface/hub"
    } else {
      path = expansion.homeFolder.map { $0 + "/.cache/huggingface/hub" }
    }
  }

  /// The folder of a model: `org/name`, `name`, or either with `@revision`.
  func folder(of model: String) throws(CheckpointError) -> String {
    guard let path, let id = HubID(model) else { throw .model(model, .notFound(lookedIn: [model])) }
    let repository = "\(path)/models--\(id.repository)"
    let reference = "\(repository)/refs/\(id.revision)"
    let commit = try commit(in: reference) ?? id.revision
    let snapshot = "\(repository)/snapshots/\(commit)"
    guard HubID.isPlain(commit), FileEntry(at: snapshot)?.type == .folder else {
      throw .model(model, .notFound(lookedIn: [model, snapshot]))
    }
    return snapshot
  }

  private func commit(in reference: String) throws(CheckpointError) -> String? {
    guard FileEntry(at: reference)?.type == .file else { return nil }
    let bytes = try Document.bytes(at: reference)
    return String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
  }
}

/// The id of a model on the hub.
private struct HubID {
  /// `org--name`.
  let repository: String
  let revision: String

  init?(_ text: String) {
    let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let parts = halves[0].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    revision = halves.count > 1 ? String(halves[1]) : "main"
    repository = parts.joined(separator: "--")
    let revisionParts = revision.split(separator: "/", omittingEmptySubsequences: false)
    // Two dashes stand for the slash, and no id may hold them.
    guard parts.count <= 2, parts.allSatisfy(Self.isPlain), !halves[0].utf8.contains("--".utf8),
      revisionParts.map(String.init).allSatisfy(Self.isPlain)
    else { return nil }
  }

  /// Whether a part of an id or path stays where it is put.
  static func isPlain(_ part: String) -> Bool {
    !part.isEmpty && part != "." && part != ".."
      && part.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
          UInt8(ascii: "."):
          true
        default: false
        }
      }
  }
}
