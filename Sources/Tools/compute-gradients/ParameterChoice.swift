import ArgumentParser

/// Values of `--parameters`.
enum ParameterChoice: String, CaseIterable, ExpressibleByArgument {
  case weights
  case adapter
}
