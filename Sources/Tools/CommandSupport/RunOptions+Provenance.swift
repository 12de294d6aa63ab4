import LinearAlgebra
import ResultFiles

extension RunOptions {
  /// Where a result of this process comes from: the tool, its command line, the threads, the seed.
  ///
  /// - Parameter source: What the result is made from; what it says about the model is kept.
  /// - Returns: The provenance to record with the result.
  public func provenance(of source: Provenance) -> Provenance {
    var provenance = source
    provenance.toolVersion = toolVersion
    provenance.created = Provenance.timestamp()
    provenance.commandLine = commandLineText
    provenance.threads = threadCount
    provenance.blas = blasDescription
    provenance.seed = seed
    return provenance
  }
}
