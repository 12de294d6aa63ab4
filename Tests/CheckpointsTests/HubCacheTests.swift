import Checkpoints
import TestSupport
import Testing

/// Models by their hub id, in a cache laid out as `huggingface_hub` does.
@Suite struct HubCacheTests {
  private let folder: TemporaryFolder
  private let commit = "0123456789abcdef0123456789abcdef01234567"

  init() throws {
    folder = try TemporaryFolder()
    let snapshot = "hub/models--org--name/snapshots/\(commit)"
    for file in ["config.json", "model.safetensors"] {
      try folder.copy("models/llama/\(file)", to: "\(snapshot)/\(file)")
    }
    try folder.write(commit, to: "hub/models--org--name/refs/main")
    try folder.write(commit + "\n", to: "hub/models--org--name/refs/refs/pr/1")
    try folder.write("../../../..", to: "hub/models--org--name/refs/evil")
  }

  @Test(arguments: ["org/name", "org/name@main", "org/name@refs/pr/1"])
  func aRevisionThatIsThere(_ id: String) throws {
    #expect(try Checkpoint(at: try locate(id)).path == snapshot)
  }

  @Test func aCommit() throws {
    #expect(try locate("org/name@\(commit)").path == snapshot)
  }

  @Test(arguments: [
    "org/other", "org/name@other", "name", "org/name@evil", "org/name/more", "org/..", "../name",
    "org/name@../main", "org/na me", "", "a//b", "@", "org/name@", "org--name",
  ])
  func whatIsNotThere(_ id: String) throws {
    let error = #expect(throws: CheckpointError.self) { try locate(id) }
    guard case .model(id, .notFound) = error else {
      Issue.record("\(id): \(String(describing: error))")
      return
    }
    #expect(error?.kind == .inputMissing)
  }

  @Test func theEnvironmentNamesTheCache() throws {
    let hub = folder.path + "/hub"
    for environment in [
      ["HF_HUB_CACHE": hub, "HF_HOME": "/nowhere"],
      ["HF_HOME": folder.path, "XDG_CACHE_HOME": "/nowhere"],
    ] {
      let location = try ModelLocation(
        of: "org/name", in: HubCache(environment: { environment[$0] }))
      #expect(location.path == snapshot)
    }
  }

  /// Paths as `constants.py` of `huggingface_hub` 1.x expands them.
  @Test func homesAndVariablesInTheEnvironment() throws {
    let (root, user) = (folder.path, "somebody")
    let homes: (String?) -> String? = { $0 == nil || $0 == user ? root : nil }
    for environment in [
      ["HF_HUB_CACHE": "~/hub", "HOME": root], ["HF_HUB_CACHE": "~/hub"],
      ["HF_HUB_CACHE": "~somebody/hub"], ["HF_HUB_CACHE": "$A/hub", "A": root],
      ["HF_HUB_CACHE": "${A}/${B}b", "A": root, "B": "hu"], ["HUGGINGFACE_HUB_CACHE": "~/hub"],
      ["HUGGINGFACE_HUB_CACHE": "/nowhere", "HF_HUB_CACHE": "~/hub"], ["HF_HOME": "~"],
      ["HF_HOME": "$A/", "A": root],
    ] {
      let cache = HubCache(environment: { environment[$0] }, home: homes)
      #expect(
        try ModelLocation(of: "org/name", in: cache).path.hasSuffix("/snapshots/\(commit)"),
        "\(environment)")
    }
    // What stands for nothing stays as it is.
    for path in ["~nobody/hub", "$NONE/hub", "${A/hub", "$/hub", "${}/hub"] {
      let cache = HubCache(
        environment: { ["HF_HUB_CACHE": path, "A": root][$0] }, home: homes)
      let snapshots = "\(path)/models--org--name/snapshots/main"
      #expect(
        throws: CheckpointError.model("org/name", .notFound(lookedIn: ["org/name", snapshots]))
      ) { try ModelLocation(of: "org/name", in: cache) }
    }
  }

  @Test func theCacheIsInTheHomeFolderOtherwise() throws {
    try folder.copy(
      "models/llama/config.json",
      to: ".cache/huggingface/hub/models--m/snapshots/\(commit)/config.json")
    let home = folder.path
    let byHome = HubCache(environment: { $0 == "HOME" ? home : nil })
    let byCaches = HubCache(environment: { $0 == "XDG_CACHE_HOME" ? home + "/.cache" : nil })
    for cache in [byHome, byCaches] {
      #expect(
        try ModelLocation(of: "m@\(commit)", in: cache).path.hasSuffix("m/snapshots/\(commit)"))
    }
    #expect(throws: CheckpointError.model("m", .notFound(lookedIn: ["m"]))) {
      try ModelLocation(of: "m", in: HubCache(environment: { _ in nil }))
    }
  }

  private var snapshot: String { "\(folder.path)/hub/models--org--name/snapshots/\(commit)" }

  private func locate(_ id: String) throws -> ModelLocation {
    let hub = folder.path + "/hub"
    return try ModelLocation(
      of: id, in: HubCache(environment: { $0 == "HF_HUB_CACHE" ? hub : nil }))
  }
}
