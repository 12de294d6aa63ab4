import ArgumentParser
import Checkpoints

/// Values of `--adapter-type`.
enum AdapterType: String, CaseIterable, ExpressibleByArgument {
  case f32
  case f16
  case bf16

  /// The element type of that name.
  var type: ElementType {
    switch self {
    case .f32: .f32
    case .f16: .f16
    case .bf16: .bf16
    }
  }
}
