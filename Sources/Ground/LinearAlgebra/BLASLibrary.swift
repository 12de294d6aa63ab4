import COpenBLAS
import Glibc

/// What OpenBLAS says about itself: build options, the kernel in use and the number of threads, for
/// the provenance of a file.
public var blasDescription: String {
  let configuration = unsafe String(cString: openblas_get_config())
  return "\(configuration), kernel \(blasKernel), threads \(ComputeThreads.count)"
}

/// Name of the processor family whose kernels OpenBLAS uses, such as "SkylakeX".
public var blasKernel: String { unsafe String(cString: openblas_get_corename()) }

/// The value that the environment variable `OPENBLAS_CORETYPE` should have had when the process
/// started, or nothing when the kernels suit the processor.
///
/// OpenBLAS picks kernels by processor model, and falls back to those of 2004 on a model it does
/// not know, several times slower. What the processor can do decides better. The variable is read
/// once, when the library loads: a caller has to set it and execute itself again. A variable that is
/// set already is respected.
///
/// - Returns: "SkylakeX" (AVX-512), "Haswell" (AVX2) or nothing.
public func recommendedCoreType() -> String? {
  let isChosen = unsafe getenv("OPENBLAS_CORETYPE") != nil
  if isChosen || !kernelsWithoutAVX2.contains(blasKernel) { return nil }
  if processor_has_avx512() { return "SkylakeX" }
  return processor_has_avx2() ? "Haswell" : nil
}

/// The x86-64 kernels that OpenBLAS can fall back to on a newer processor.
private let kernelsWithoutAVX2: Set = [
  "Prescott", "Core2", "Penryn", "Dunnington", "Nehalem", "Sandybridge", "Atom", "Nano", "Opteron",
  "Opteron_SSE3", "Barcelona", "Bobcat", "Bulldozer", "Piledriver", "Steamroller", "Unknown",
]
