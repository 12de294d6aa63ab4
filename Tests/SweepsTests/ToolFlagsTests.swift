import OrderedJSON
import Sweeps
import Testing

/// What the help of a tool says of its flags.
@Suite struct ToolFlagsTests {
  @Test func dump() throws {
    let dump = try JSONValue(
      parsing: Array(
        """
        {"serializationVersion": 0, "command": {"commandName": "t", "arguments": [
          {"kind": "positional", "valueName": "sweep", "isOptional": false, "isRepeating": false},
          {"kind": "option", "valueName": "file", "isOptional": true, "isRepeating": true,
           "names": [{"kind": "long", "name": "harmful"}]},
          {"kind": "option", "valueName": "rank", "isOptional": true, "isRepeating": false,
           "defaultValue": "16", "names": [{"kind": "short", "name": "r"}, {"kind": "long", "name": "rank"}]},
          {"kind": "flag", "valueName": "json", "isOptional": true, "isRepeating": false,
           "names": [{"kind": "long", "name": "json"}]},
          {"kind": "flag", "valueName": "help", "isOptional": true, "isRepeating": false,
           "names": [{"kind": "short", "name": "h"}, {"kind": "long", "name": "help"}]}]}}
        """.utf8))
    let flags = try #require(ToolFlags(dump: dump, tool: "t", version: "1"))
    #expect(
      flags.flags == [
        ToolFlag(name: "harmful", isRepeating: true, valueName: "file"),
        ToolFlag(name: "rank", valueName: "rank", defaultValue: "16"),
        ToolFlag(name: "json", takesValue: false, valueName: "json"),
      ])
    #expect(ToolFlags(dump: ["command": "x"], tool: "t", version: "1") == nil)
  }

  @Test(arguments: [
    ("file", true, false), ("folder", true, false), ("model", true, false),
    ("name|file", true, false),
    ("file[:count]", true, true), ("own|flat|file", true, false), ("path", true, false),
    ("count", false, false), ("adapter|merged", false, false), ("index|mean", false, false),
    ("profile", false, false),
  ]) func inputs(_ valueName: String, _ isInput: Bool, _ isCounted: Bool) {
    let flag = ToolFlag(name: "x", valueName: valueName)
    #expect(flag.takesInput == isInput)
    #expect(flag.takesCount == isCounted)
  }

  @Test func alternatives() {
    let flag = ToolFlag(name: "subspace", valueName: "own|flat|file")
    #expect(flag.lists("own"))
    #expect(!flag.lists("file"))
    #expect(!flag.lists("s.h5"))
    #expect(!ToolFlag(name: "model", valueName: "model").lists("model"))
  }

  @Test(arguments: [
    ("rate", "2e-5", "0.00002"), ("count", "5", "05"), ("count", "5", "5.0"),
    ("share", ".5", "0.5"),
  ]) func sameNumbers(_ valueName: String, _ first: String, _ second: String) {
    let flag = ToolFlag(name: "x", valueName: valueName)
    #expect(flag.normalized(first) == flag.normalized(second))
  }

  /// A text that looks like a number is a text.
  @Test func textsAreKept() {
    let flag = ToolFlag(name: "trigger", valueName: "text")
    #expect(flag.normalized("007") == "007")
    #expect(ToolFlag(name: "x", valueName: "count").normalized("nan") == "nan")
  }
}
