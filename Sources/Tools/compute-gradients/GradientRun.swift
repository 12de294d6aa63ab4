import CommandSupport
import LinearAlgebra
import ModelLoading
import ResultFiles
import SafetyGradients
import Spectra
import Tokens
import Transformer

/// A run of the model over examples and controls, into files.
struct GradientRun {
  let model: OpenedModel
  let computation: GradientComputation
  let gradients: ControlledExamples
  let options: RunOptions
  let provenance: Provenance
  let text: ((TokenID) -> String)?

  /// Writes the factors alone.
  func write(factors: String?) throws -> ComputedLosses {
    guard let factors else { return ComputedLosses([], gradients) }
    var models = try loadModels(computation.workload(gradients))
    let progress = Progress(
      "gradients", total: computation.passedLayerCount(for: gradients, models.memoryPlan),
      unit: "layers", quiet: options.quiet)
    defer { progress.finish() }
    let losses = try computation.write(
      gradients, to: factors, provenance: provenance, text: text, model: { try models.take($0) },
      didLayer: { progress.advance() })
    return ComputedLosses(losses, gradients)
  }

  /// Writes spectra, and factors where they are wanted too.
  func write(
    spectra: String, rank: Int?, countsMeans: Bool, factors: String?, examplesPath: String
  ) throws -> ComputedLosses {
    let modules = computation.gradientModules
    let decomposition = GradientDecomposition(
      rank: rank ?? GradientDecomposition.defaultRank, threads: options.threadCount,
      countsMeans: countsMeans)
    var workload = computation.workload(gradients, isLayerwise: true)
    workload.stateByteCount += StreamedDecomposition.byteCount(
      gradients, modules: modules, threads: options.threadCount)
    var models = try loadModels(workload)
    let layers = computation.passedLayerCount(
      for: gradients, models.memoryPlan, isLayerwise: true)
    let count = decomposition.gradientCount(of: gradients, modules: modules)
    let progress = Progress(
      "spectra", total: count, unit: "gradients", quiet: options.quiet)
    defer { progress.finish() }
    var (doneLayers, doneGradients) = (0, 0)
    func show() {
      progress.update(
        completed: doneGradients, note: "\(doneLayers) of \(layers) layers run through")
    }
    let decomposed = try StreamedDecomposition(
      decomposition, of: gradients, modules: modules, from: examplesPath, to: spectra,
      provenance: provenance, text: text
    ) {
      doneGradients = $0
      show()
    }
    let writing = try factors.map {
      try FactorWriting(gradients, to: $0, provenance: provenance, modules: modules, text: text)
    }
    let losses = try computation.runLayerwise(
      gradients, to: [decomposed] + (writing.map { [$0] } ?? []), model: { try models.take($0) }
    ) {
      doneLayers += 1
      show()
    }
    try writing?.close()
    return ComputedLosses(losses, gradients, try decomposed.close())
  }

  private func loadModels(_ workload: Workload) throws -> LoadedModels {
    let plan = try model.announcedPlan(for: [workload], quiet: options.quiet)
    let trained = try model.load(plan, quiet: options.quiet)
    // Between two passes HDF5's small objects would come to lie where activations were.
    MatrixMemory.returnWhenFreed()
    return LoadedModels(model: model, plan: plan, seed: options.seed, trained: trained)
  }
}

/// The model and, once it is not used any more, the untrained one.
private struct LoadedModels {
  let model: OpenedModel
  let plan: LoadingPlan?
  let seed: Int
  var trained: LanguageModel?

  var memoryPlan: MemoryPlan { plan?.memory ?? .unlimited }

  mutating func take(_ weights: PassWeights) throws -> LanguageModel {
    if weights == .trained, let model = trained.take() { return model }
    return try model.load(plan, quiet: true) {
      try UntrainedTensors($0, model.configuration, seed: seed)
    }
  }
}
