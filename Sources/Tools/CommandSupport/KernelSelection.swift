import Files
import Glibc
import LinearAlgebra

/// Starts the process again when OpenBLAS has chosen kernels for a much older processor.
///
/// OpenBLAS chooses while it is being loaded, before any code of ours runs, and listens to nothing
/// but the environment. A value that is set there already is left alone, and as the second start
/// finds one, there is no third.
enum KernelSelection {
  private static let variable = "OPENBLAS_CORETYPE"

  /// Returns when nothing has to change; otherwise the process begins anew.
  static func restartIfMisdetected() {
    guard Environment.value(of: variable) == nil, let core = recommendedCoreType(),
      unsafe setenv(variable, core, 0) == 0
    else { return }
    unsafe execv("/proc/self/exe", CommandLine.unsafeArgv)
    // Slow kernels give the same results.
  }
}
