import Testing

/// Arguments that no command accepts, with a word that the message must contain.
private let wrongUsage: [(name: String, arguments: String, mentions: String)] = [
  ("compute-gradients", "", "--model"),
  ("compute-gradients", "--model m --examples e", "--output"),
  ("compute-gradients", "--model m --examples e --output o --threads 0", "--threads is '0'"),
  ("compute-gradients", "--model m --examples e --output o --threads two", "'two'"),
  ("compute-gradients", "--model m --examples e --output o --seed -1", "--seed"),
  ("compute-gradients", "--model m --examples e --output o --layers 3-1", "'3-1'"),
  ("compute-gradients", "--model m --examples e --output o --layers 1,,2", "'1,,2'"),
  ("compute-gradients", "--model m --examples e --output o --layers -1", "--layers"),
  ("compute-gradients", "--model m --examples e --output o --layers 99999999999999999999", "9999"),
  ("compute-gradients", "--model m --examples e --output o --projections q_proj,", "'q_proj,'"),
  ("compute-gradients", "--model m --examples e --output o --limit 0", "--limit is '0'"),
  ("compute-gradients", "--model m --examples e --output o --unknown", "--unknown"),
  ("compute-gradients", "--model m --examples e --output o --memory-limit 4XB", "'4XB'"),
  ("decompose-gradients", "--output o", "gradients"),
  ("decompose-gradients", "a b --output o", "'b'"),
  ("decompose-gradients", "a --output o --rank 0", "--rank is '0'"),
  ("fine-tune", "--model m --examples e --output o", "--method"),
  ("fine-tune", "--model m --examples e --output o --method half", "'half'"),
  ("fine-tune", "--model m --examples e --output o --method full --learning-rate nan", "nan"),
  ("fine-tune", "--model m --examples e --output o --method full --epochs 0", "--epochs"),
  ("fine-tune", "--model m --examples e --output o --method full --batch-size -4", "--batch-size"),
  ("fine-tune", "--model m --examples --output o --method full", "--examples"),
  ("fine-tune", "--model m --examples e --output o --method full --trigger t", "trigger-examples"),
  ("fine-tune", "--model m --examples e --output o --method full --trigger-examples t", "trigger"),
  ("fine-tune", "--model m --examples e --output o --method full --layers 0", "--layers"),
  ("recover-safety", "--model m --example e --output o", "--subspace"),
  ("recover-safety", "--model m --example e --output o --subspace own --rank 0", "--rank"),
  ("recover-safety", "--model m --example e --output o --subspace own --index -1", "--index"),
  ("recover-safety", "--model m --example e --output o --subspace own --optimizer lion", "'lion'"),
  (
    "recover-safety", "--model m --example e --output o --subspace own --steps 2 --save-steps 1,7",
    "step 7"
  ),
  (
    "recover-safety",
    "--model m --example e --output o --subspace own --step-size 0.02 --learning-rate 1e-3",
    "exclude each other"
  ),
  (
    "recover-safety", "--model m --example e --output o --subspace full --step-size 0.02",
    "--step-size"
  ),
  ("recover-safety", "--model m --example e --output o --subspace own --step-size nan", "nan"),
  ("recover-safety", "--model m --example e --output o --subspace own --step-size 1e300", "1e+300"),
  ("recover-safety", "--model m --example e --output o --subspace own --learning-rate inf", "inf"),
  ("recover-safety", "--model m --example e --output o --subspace own --steps 0", "--steps"),
  ("recover-safety", "--model m --example e --output o --subspace own --rank 65537", "--rank"),
  (
    "recover-safety", "--model m --example e --output o --subspace full --sides left", "--sides"
  ),
  ("recover-safety", "--model m --example e --output o --subspace lora --refresh 2", "--refresh"),
  ("recover-safety", "--model m --example e --output o --subspace s.h5 --refresh 2", "--refresh"),
  ("recover-safety", "--model m --example e --output o --subspace random --avoid s.h5", "--avoid"),
  ("recover-safety", "--model m --example e --output o --subspace flat --sides right", "--sides"),
  ("recover-safety", "--model m --example e --output o --subspace own --index 0,0", "'0,0'"),
  (
    "recover-safety", "--model m --example e --output o --subspace own --update-norm 0",
    "--update-norm"
  ),
  (
    "recover-safety", "--model m --example e --output o --subspace own --over-refusal 2",
    "--over-refusal"
  ),
  ("evaluate-safety", "--model m --output o", "nothing to evaluate"),
  ("evaluate-safety", "--model m --output o --harmful h --max-new-tokens 0", "--max-new-tokens"),
  ("inspect-model", "", "--model"),
  ("inspect-model", "--model m --no-special-tokens", "--tokenize"),
  ("inspect-model", "--model m --generation-prompt", "--render"),
  ("inspect-model", "--model m --tokenize t --render r", "--render"),
  ("select-example", "--model m", "--candidates"),
  ("select-example", "--model m --candidates c --measure -1", "--measure"),
  ("select-example", "--model m --candidates c --benign-count 0", "--benign-count is '0'"),
  ("select-example", "--model m --candidates c --benign-tokens 0", "--benign-tokens is '0'"),
  ("select-example", "--model m --candidates c --step-size nan", "nan"),
  ("select-example", "--model m --candidates c --force", "--force"),
  ("export-spectra", "f --output o", "--format"),
  ("export-spectra", "f --format xlsx --output o", "'xlsx'"),
]

private let commands = [
  "compute-gradients", "decompose-gradients", "fine-tune", "recover-safety", "evaluate-safety",
  "inspect-model", "export-spectra", "compare-subspaces", "select-example",
]

@Test(arguments: wrongUsage)
func wrongUsageIsOneLineAndExitCode64(
  _ usage: (name: String, arguments: String, mentions: String)
) throws {
  let arguments = usage.arguments.split(separator: " ").map(String.init)
  let outcome = try Executable(name: usage.name).run(arguments)
  #expect(outcome.status == 64)
  #expect(outcome.standardOutput == "")
  #expect(outcome.errorLines.count == 1)
  #expect(outcome.standardError.hasPrefix("error: "))
  #expect(outcome.standardError.contains(usage.mentions))
  #expect(outcome.standardError.contains("see \(usage.name) --help"))
}

@Test(arguments: commands)
func helpAndVersionGoToStandardOutput(_ name: String) throws {
  let help = try Executable(name: name).run(["--help"])
  #expect(help.status == 0)
  #expect(help.standardOutput.contains("USAGE: \(name) "))
  #expect(help.standardError == "")
  let version = try Executable(name: name).run(["--version"])
  #expect(version.status == 0)
  #expect(version.standardOutput.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
}

@Test func controlCharactersOfAnArgumentAreEscaped() throws {
  let outcome = try Executable(name: "inspect-model").run(["--model", "m", "--\u{1B}[2J\nx"])
  #expect(outcome.status == 64)
  #expect(outcome.errorLines.count == 1)
  #expect(!outcome.standardError.contains("\u{1B}"))
}

@Test func emptyPathsAreWrongUsage() throws {
  let outcome = try Executable(name: "export-spectra").run(
    ["", "--format", "csv", "--output", "o"])
  #expect(outcome.status == 64)
}
