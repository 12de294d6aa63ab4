import Sweeps
import Testing

/// Texts that are no sweep, or would take the parser without end, and what is said of them.
@Suite struct SweepDocumentTests {
  private func complaint(_ text: String) -> String {
    do {
      _ = try SweepDocument.parse(Array(text.utf8), path: "s.yaml")
      return ""
    } catch {
      return error.description
    }
  }

  @Test func linesAndColumns() throws {
    let root = try SweepDocument.parse(Array("a: 1\nb:\n  - c: [x, 'y']\n".utf8), path: "s.yaml")
    let members = try #require(root.map)
    #expect(members.map(\.key) == ["a", "b"])
    #expect(members[1].place == SweepPlace(line: 2, column: 1))
    let inner = try #require(members[1].value.list?.first?.map?.first)
    #expect(inner.place == SweepPlace(line: 3, column: 5))
    #expect(inner.value.list?.map(\.place.column) == [9, 12])
  }

  @Test(arguments: [
    ("a: [1, 2", "s.yaml:2:1: no valid YAML: did not find expected ',' or ']'"),
    ("a: 1\n b: 2\n", "s.yaml:2:3: no valid YAML: mapping values are not allowed"),
    ("a: 1\nb: 2\na: 3\n", "s.yaml:1:1: the key 'a' is there twice"),
    ("x: {b: 2, c: 1, b: 3}\n", "s.yaml:1:5: the key 'b' is there twice"),
    ("a: &x [1]\nb: *x\n", "s.yaml:2:4: aliases and anchors"),
    ("a: &x 1\n", "s.yaml:1:4: aliases and anchors"),
    ("a: *x\n", "s.yaml:1:4: no valid YAML: found undefined alias"),
    ("? [a, b]\n: 1\n", "s.yaml:1:3: no valid YAML: a list or map stands where a key"),
    ("", "s.yaml: nothing to do: the file is empty"),
    ("# nothing\n", "s.yaml: nothing to do: the file is empty"),
    ("a: 1\n---\nb: 2\n", "no valid YAML: but found another document"),
    ("a: \u{7}\n", "s.yaml:1:1: no valid YAML: control characters are not allowed"),
  ]) func malformed(_ text: String, _ message: String) {
    let complaint = complaint(text)
    #expect(complaint.contains(message), "\(complaint)")
    #expect(!complaint.contains("\n"))
  }

  @Test func notUTF8() {
    #expect(throws: SweepError.self) {
      _ = try SweepDocument.parse([0x61, 0x3A, 0xFF], path: "s.yaml")
    }
  }

  /// A billion laughs, once as values and once as keys, whose digests would take for ever.
  @Test(.timeLimit(.minutes(1)), arguments: [false, true]) func explodingAliases(_ asKeys: Bool) {
    var text = "a0: &a0 [x, x]\n"
    for level in 1...60 {
      let list = "[*a\(level - 1), *a\(level - 1)]"
      text += asKeys ? "? &a\(level) \(list)\n: 1\n" : "a\(level): &a\(level) \(list)\n"
    }
    #expect(complaint(text).contains("aliases and anchors"))
  }

  /// Depth that would overflow the stack, in each way that YAML has.
  @Test(.timeLimit(.minutes(1)), arguments: ["[", "{a: ", "- ", "? "])
  func deep(_ opening: String) {
    for depth in [20, 5_000, 1_000_000] {
      let complaint = complaint(String(repeating: opening, count: depth))
      #expect(complaint.hasPrefix("s.yaml"), "\(complaint.prefix(100))")
    }
  }

  @Test(.timeLimit(.minutes(1))) func deepByIndentation() {
    let text = (0..<500).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    #expect(complaint(text).contains("more than 16 levels"))
  }

  @Test func tooLarge() throws {
    let fixture = try SweepFixture()
    let path = try fixture.folder.write(
      String(repeating: "# padding\n", count: SweepDocument.byteLimit / 10 + 1), to: "big.yaml")
    #expect(throws: SweepError.self) { _ = try SweepDocument.read(path) }
    #expect(throws: SweepError.self) { _ = try SweepDocument.read(path + ".missing") }
    #expect(throws: SweepError.self) { _ = try SweepDocument.read(fixture.folder.path) }
  }
}
