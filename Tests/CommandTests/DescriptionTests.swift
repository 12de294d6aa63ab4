import CommandSupport
import Failures
import Testing

@Test func progressTellsRateAndTimeLeft() {
  let progress = ProgressDescription(title: "gradients", total: 100, unit: "examples")
  #expect(
    progress.line(25, after: .seconds(10))
      == "gradients: 25 of 100 examples (25 %), 2.5 examples/s, 30 s left")
  #expect(progress.line(0, after: .seconds(10)) == "gradients: 0 of 100 examples (0 %)")
  #expect(
    progress.line(100, after: .seconds(125))
      == "gradients: 100 of 100 examples (100 %), 0.8 examples/s, 2 min 05 s in all")
  #expect(
    progress.line(1, after: .seconds(300))
      == "gradients: 1 of 100 examples (1 %), 0.00333 examples/s, 8 h 15 min left")
}

@Test func progressOfNothingDividesByNothing() {
  let progress = ProgressDescription(title: "gradients", total: 0, unit: "examples")
  #expect(progress.line(0, after: .seconds(1)) == "gradients: 0 of 0 examples (0 %)")
}

@Test func oneOfAThingIsSingular() {
  let progress = ProgressDescription(title: "gradients", total: 1, unit: "examples")
  #expect(progress.line(0, after: .seconds(10)) == "gradients: 0 of 1 example (0 %)")
  #expect(counted(1, "gradients") == "1 gradient")
  #expect(counted(0, "gradients") == "0 gradients")
  #expect(counted(2, "steps") == "2 steps")
}

@Test func barFitsTheTerminal() {
  let progress = ProgressDescription(title: "gradients", total: 4, unit: "examples")
  let bar = progress.bar(1, after: .seconds(1), width: 40)
  #expect(bar == "[######------------------] gradients: 1 ")
  #expect(progress.bar(9, after: .seconds(1), width: 0) == "")
}

@Test func commandLineReadsBackInAShell() {
  #expect(shellQuoted("--rank") == "--rank")
  #expect(shellQuoted("") == "''")
  #expect(shellQuoted("a b") == "'a b'")
  #expect(shellQuoted("it's") == "'it'\\''s'")
  #expect(shellQuoted("$(x)") == "'$(x)'")
}

@Test func layerSelectionsAreParsed() throws {
  let selection = try #require(LayerSelection(argument: "0-3,7"))
  #expect((0...9).filter(selection.contains) == [0, 1, 2, 3, 7])
  #expect(throws: CommandError.invalidValue(flag: "--layers", value: "7", allowed: "0 to 6")) {
    try selection.requireInside(layerCount: 7)
  }
  try selection.requireInside(layerCount: 8)
}

@Test(arguments: ["", ",", "a", "1-", "-1", "3-1", "1-2-3", " 1", "+1", "١"])
func nonsenseIsNoLayerSelection(_ text: String) {
  #expect(LayerSelection(argument: text) == nil)
}
