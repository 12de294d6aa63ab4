import Foundation

/// What `make setup` brings and its variables name.
///
/// A test that needs one of these and does not find it fails: skipped, it would look green.
package enum SetUp {
  /// Something that is not there.
  package struct Missing: Error, CustomStringConvertible {
    let variable: String

    package var description: String {
      "\(variable) is not set: run the tests by `make test`, which brings what they need"
    }
  }

  /// A Python with the packages of `experiments/setup/test-requirements.txt`.
  package static func python() throws -> String { try variable("SUTURE_PYTHON") }

  /// SmolLM2-135M-Instruct, a GGUF file in Q4_1.
  package static func smolLM2() throws -> String { try variable("SUTURE_TEST_MODEL") }

  /// Gemma 3 270M, a GGUF file in Q4_K_M.
  package static func gemma3() throws -> String { try variable("SUTURE_GEMMA_MODEL") }

  private static func variable(_ name: String) throws -> String {
    guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
      throw Missing(variable: name)
    }
    return value
  }
}
