import Files
import Testing

@Suite struct CSVLineTests {
  @Test(arguments: [
    (["plain", ""], "plain,\n"), (["a,b", "c"], "\"a,b\",c\n"), (["a\"b"], "\"a\"\"b\"\n"),
    (["two\r\nlines"], "\"two\r\nlines\"\n"),
    // With an accent behind it a quote is another character.
    (["q\"\u{301}"], "\"q\"\"\u{301}\"\n"),
  ])
  func fields(_ fields: [String], _ line: String) {
    #expect(Array(CSVLine(fields).text.utf8) == Array(line.utf8))
  }
}
