import Foundation
import LinearAlgebra
import Testing

@Test func descriptionNamesTheLibraryAndTheKernel() {
  #expect(blasDescription.hasPrefix("OpenBLAS"))
  #expect(blasDescription.contains("kernel \(blasKernel)"))
  #expect(!blasKernel.isEmpty)
}

@Test func aChosenKernelIsRespected() {
  let chosen = ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"]
  let recommended = recommendedCoreType()
  #expect([nil, "SkylakeX", "Haswell"].contains(recommended))
  if chosen != nil { #expect(recommended == nil) }
}
