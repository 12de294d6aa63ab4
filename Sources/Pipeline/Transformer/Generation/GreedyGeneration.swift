import LinearAlgebra
import Tokens

/// Greedy decoding of many prompts at once.
///
/// The tokens that all prompts begin with are run once; finished sequences leave the batch and
/// waiting prompts take their place, in the pass that decodes the others, so that the products stay wide.
struct GreedyGeneration {
  let model: LanguageModel
  let prompts: [[TokenID]]
  let maxNewTokens: Int
  let stopTokens: Set<TokenID>
  let batchSize: Int
  let settings: GenerationSettings

  /// One prompt on its way.
  private final class Sequence {
    let prompt: Int
    let cache: KeyValueCache
    var generated: [TokenID] = []

    init(prompt: Int, cache: KeyValueCache) {
      self.prompt = prompt
      self.cache = cache
    }
  }

  /// What the model writes after each prompt.
  ///
  /// - Parameter progress: Called with the number of finished prompts and of all.
  /// - Returns: One continuation a prompt, in the order of the prompts.
  /// - Throws: `ModelError` for unsuitable prompts or non-finite activations.
  func run(progress: (Int, Int) -> Void) throws -> [Continuation] {
    for prompt in prompts { try model.validate(prompt) }
    var results = Array(
      repeating: Continuation(tokens: [], end: .newTokenLimit), count: prompts.count)
    guard maxNewTokens > 0, !prompts.isEmpty else { return results }
    let longest = (prompts.map(\.count).max() ?? 0) + maxNewTokens
    let pass = CachedPass(model, positions: longest)
    let prefix = try runPrefix(pass)
    var active: [Sequence] = []
    var next = 0
    var finished = 0
    while next < prompts.count || !active.isEmpty {
      let admitted = admit(from: &next, beside: active, prefix)
      try step(active, admitted, pass)
      active += admitted.map(\.sequence)
      var done: [Sequence] = []
      for sequence in active {
        guard let end = end(of: sequence) else { continue }
        results[sequence.prompt] = Continuation(
          tokens: sequence.generated.filter { end != .stopToken($0) }, end: end)
        done.append(sequence)
      }
      active.removeAll { end(of: $0) != nil }
      if !done.isEmpty {
        finished += done.count
        progress(finished, prompts.count)
      }
    }
    return results
  }

  /// The cache of the tokens that all prompts share, short of the last token of any; none where the
  /// prompts' lengths give them other rotary frequencies.
  private func runPrefix(_ pass: CachedPass) throws -> KeyValueCache? {
    guard prompts.count > 1, var length = prompts.map(\.count).min(),
      model.configuration.lengthClasses(prompts.map(\.count)).count == 1
    else { return nil }
    length -= 1
    for prompt in prompts {
      length = zip(prompt.prefix(length), prompts[0]).prefix { $0 == $1 }.count
    }
    guard length > 0 else { return nil }
    let cache = KeyValueCache(model.configuration, capacity: length)
    _ = try pass.runLayers(
      [Array(prompts[0].prefix(length))], caches: [cache], lengths: [prompts[0].count])
    return cache
  }

  /// A sequence and the tokens that come next.
  private typealias Turn = (sequence: Sequence, input: [TokenID])

  /// Waiting prompts that there is room for.
  private func admit(
    from next: inout Int, beside active: [Sequence], _ prefix: KeyValueCache?
  ) -> [Turn] {
    var admitted: [Turn] = []
    var tokens = 0
    var cached = active.reduce(prefix?.count ?? 0) { $0 + $1.cache.capacity }
    while next < prompts.count, active.count + admitted.count < batchSize {
      let input = Array(prompts[next].dropFirst(prefix?.count ?? 0))
      let capacity = min(
        prompts[next].count + maxNewTokens, model.configuration.contextLength)
      let isFirst = active.isEmpty && admitted.isEmpty
      if !isFirst, cached + capacity > model.plan.cachedTokens { break }
      if tokens > 0, tokens + input.count > model.plan.tokensPerPass { break }
      cached += capacity
      let cache = KeyValueCache(model.configuration, capacity: capacity)
      if let prefix { cache.copyPrefix(from: prefix) }
      admitted.append((Sequence(prompt: next, cache: cache), input))
      tokens += input.count
      next += 1
    }
    return admitted
  }

  /// Decodes the next token of sequences on their way, and the first one of those that begin: in one
  /// pass, or where it would have too many tokens those that begin alone.
  private func step(_ active: [Sequence], _ admitted: [Turn], _ pass: CachedPass) throws {
    let tokens = admitted.reduce(active.count) { $0 + $1.input.count }
    if !admitted.isEmpty, tokens > model.plan.tokensPerPass { return try decode(admitted, pass) }
    let outgrown = active.filter(outgrowsShortDivisors)
    for sequence in outgrown { try decodeAfresh(sequence, pass) }
    let others = active.filter { sequence in !outgrown.contains { $0 === sequence } }
    try decode(others.map { ($0, Array($0.generated.suffix(1))) } + admitted, pass)
  }

  /// Whether the next token is the first for which the long divisors count, and the cached keys are
  /// to be rotated by them too (transformers: `Phi3ForCausalLM.prepare_inputs_for_generation`).
  private func outgrowsShortDivisors(_ sequence: Sequence) -> Bool {
    guard model.configuration.recomputesKeysForLongRope else { return false }
    let length = prompts[sequence.prompt].count + sequence.generated.count
    return model.configuration.rotaryEmbeddings.contains { rotary in
      guard case .longRope(_, _, let originalContext, _) = rotary.scaling else { return false }
      return rotary.dependsOnLength && sequence.cache.count <= originalContext
        && originalContext < length
    }
  }

  /// Decodes the next token with the whole sequence computed again, no more of it at a time than the
  /// longest prompt has, for which there was memory.
  private func decodeAfresh(_ sequence: Sequence, _ pass: CachedPass) throws {
    var rest = (prompts[sequence.prompt] + sequence.generated)[...]
    let length = rest.count
    let step = max(1, prompts.map(\.count).max() ?? 1)
    sequence.cache.removeAll()
    while rest.count > step {
      _ = try pass.runLayers(
        [Array(rest.prefix(step))], caches: [sequence.cache], lengths: [length])
      rest = rest.dropFirst(step)
    }
    try decode([(sequence, Array(rest))], pass)
  }

  private func decode(_ turns: [Turn], _ pass: CachedPass) throws {
    if turns.isEmpty { return }
    let logits = try pass.run(turns.map(\.input), caches: turns.map(\.sequence.cache))
    for (index, (sequence, _)) in turns.enumerated() {
      sequence.generated.append(TokenID(choice(logits.row(index), after: sequence)))
    }
  }

  /// The token with the largest score.
  private func choice(_ logits: Span<Float>, after sequence: Sequence) -> Int {
    if settings.isPlain { return indexOfLargest(logits) }
    let processing = LogitsProcessing(
      settings: settings, stopTokens: stopTokens, maxNewTokens: maxNewTokens)
    let scores = processing.scores(
      logits.indices.map { logits[$0] }, prompt: prompts[sequence.prompt],
      generated: sequence.generated)
    return indexOfLargest(scores.span)
  }

  /// Why a sequence has ended, or nil when it goes on.
  private func end(of sequence: Sequence) -> Continuation.End? {
    guard let last = sequence.generated.last else { return nil }
    if stopTokens.contains(last) { return .stopToken(last) }
    if sequence.generated.count >= maxNewTokens { return .newTokenLimit }
    let length = prompts[sequence.prompt].count + sequence.generated.count
    return length >= model.configuration.contextLength ? .contextLength : nil
  }
}

extension LanguageModel {
  /// The most likely continuation of each prompt, token by token.
  ///
  /// What other prompts there are and how many tokens are asked for changes no token (beyond
  /// rounding). Where rotary frequencies depend on the length, a continuation is that of
  /// transformers for the prompt alone: `dynamic` rotates each key by the frequencies of the length at
  /// which it was computed; Phi-3 computes all keys again when the sequence outgrows the short
  /// divisors, other models with `longrope` do not.
  ///
  /// - Parameters:
  ///   - prompts: Token ids of each prompt.
  ///   - maxNewTokens: Tokens to add at most.
  ///   - stopTokens: A sequence ends before one of these.
  ///   - batchSize: Sequences decoded together.
  ///   - progress: Called with the number of finished prompts and of all.
  /// - Returns: The new tokens of each prompt.
  /// - Throws: `ModelError` for unsuitable prompts or non-finite activations.
  public func generate(
    prompts: [[TokenID]], maxNewTokens: Int, stopTokens: Set<TokenID>, batchSize: Int = 64,
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> [[TokenID]] {
    try continuations(
      of: prompts, maxNewTokens: maxNewTokens, stopTokens: stopTokens, batchSize: batchSize,
      progress: progress
    ).map(\.tokens)
  }

  /// The same with settings that change the logits, and with the reason why each one ended.
  ///
  /// - Parameters:
  ///   - prompts: Token ids of each prompt.
  ///   - maxNewTokens: Tokens to add at most.
  ///   - stopTokens: A sequence ends before one of these.
  ///   - batchSize: Sequences decoded together.
  ///   - settings: What the model's `generation_config.json` says.
  ///   - progress: Called with the number of finished prompts and of all.
  /// - Returns: One continuation a prompt.
  /// - Throws: `ModelError` for unsuitable prompts or non-finite activations.
  public func continuations(
    of prompts: [[TokenID]], maxNewTokens: Int, stopTokens: Set<TokenID>, batchSize: Int = 64,
    settings: GenerationSettings = GenerationSettings(),
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> [Continuation] {
    let generation = GreedyGeneration(
      model: self, prompts: prompts, maxNewTokens: maxNewTokens, stopTokens: stopTokens,
      batchSize: max(1, batchSize), settings: settings)
    return try generation.run(progress: progress)
  }
}
