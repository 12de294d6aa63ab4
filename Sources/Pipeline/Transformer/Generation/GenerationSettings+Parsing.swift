import OrderedJSON

extension GenerationSettings {
  /// Reads the members of a `generation_config.json`, or of a `config.json` in its place.
  ///
  /// A member that is null counts as absent, and one with its default value says nothing.
  ///
  /// - Parameters:
  ///   - object: The document.
  ///   - vocabularySize: How many ids the model knows.
  ///   - isModelConfiguration: Whether it is a `config.json`, most of which is about other things.
  /// - Throws: `GenerationConfigurationError` for a malformed value, and for what would change
  ///   greedy responses and is not implemented.
  public init(
    parsing object: JSONObject, vocabularySize: Int, isModelConfiguration: Bool = false
  ) throws(GenerationConfigurationError) {
    let reader = GenerationReader(object: object, vocabularySize: vocabularySize)
    repetitionPenalty = try reader.positive("repetition_penalty") ?? 1
    encoderRepetitionPenalty = try reader.positive("encoder_repetition_penalty") ?? 1
    noRepeatNgramSize = try reader.count("no_repeat_ngram_size") ?? 0
    encoderNoRepeatNgramSize = try reader.count("encoder_no_repeat_ngram_size") ?? 0
    sequenceBias = try reader.sequenceBias("sequence_bias")
    badWords = try reader.sequences("bad_words_ids")
    minLength = try reader.count("min_length") ?? 0
    minNewTokens = try reader.count("min_new_tokens")
    forcedBeginning = try reader.tokens("forced_bos_token_id", inVocabulary: true)?.first
    forcedEnd = try reader.tokens("forced_eos_token_id", inVocabulary: true) ?? []
    removesInvalidValues = try reader.flag("remove_invalid_values")
    lengthPenalty = try reader.lengthPenalty("exponential_decay_length_penalty")
    suppressedTokens = Set(try reader.tokens("suppress_tokens") ?? [])
    tokensSuppressedAtBeginning = Set(try reader.tokens("begin_suppress_tokens") ?? [])
    endTokens = try reader.tokens("eos_token_id")
    for member in object.members {
      switch try reader.standing(of: member) {
      case .applied: applied[member.key] = member.value
      case .notApplied: notApplied[member.key] = member.value
      case .unknown where !isModelConfiguration: unknownKeys.append(member.key)
      case .silent, .unknown: break
      }
    }
  }
}

/// What becomes of a member of a `generation_config.json`.
enum GenerationKeyStanding {
  /// It changes greedy responses and is followed.
  case applied
  /// It chooses another way to search, or a length that the caller chooses.
  case notApplied
  /// It has its default value, or changes no response.
  case silent
  /// It is none of transformers' settings.
  case unknown
}

extension GenerationReader {
  /// All keys of transformers' `GenerationConfig`, by what they do to greedy decoding.
  static let applied: [String: JSONValue] = [
    "repetition_penalty": 1, "encoder_repetition_penalty": 1, "no_repeat_ngram_size": 0,
    "encoder_no_repeat_ngram_size": 0, "sequence_bias": .null, "bad_words_ids": .null,
    "min_length": 0, "min_new_tokens": 0, "forced_bos_token_id": .null,
    "forced_eos_token_id": .null, "remove_invalid_values": false,
    "exponential_decay_length_penalty": .null, "suppress_tokens": .null,
    "begin_suppress_tokens": .null, "eos_token_id": .null,
  ]

  /// Sampling, beams and other searches; lengths, which the caller gives; with their defaults.
  static let notApplied: [String: JSONValue] = [
    "do_sample": false, "temperature": 1, "top_k": 50, "top_p": 1, "min_p": .null, "top_h": .null,
    "typical_p": 1, "epsilon_cutoff": 0, "eta_cutoff": 0, "num_beams": 1, "num_beam_groups": 1,
    "diversity_penalty": 0, "length_penalty": 1, "early_stopping": false, "penalty_alpha": 0,
    "dola_layers": .null, "num_return_sequences": 1, "max_length": 20, "max_new_tokens": .null,
    "max_time": .null,
  ]

  /// They change greedy responses and are not implemented; with their defaults.
  static let unsupported: [String: JSONValue] = [
    "guidance_scale": 1, "watermarking_config": .null, "stop_strings": .null,
    "token_healing": false, "constraints": .null, "force_words_ids": .null,
  ]

  /// They change no greedy response: caches, compilation, what is returned, tokens of other
  /// architectures, drafts that the model itself checks, a monotonous function of the scores.
  static let silent: Set<String> = [
    "use_cache", "cache_implementation", "cache_config", "max_cache_len", "renormalize_logits",
    "output_attentions", "output_hidden_states", "output_scores", "output_logits",
    "return_dict_in_generate", "return_legacy_cache", "pad_token_id", "bos_token_id",
    "decoder_start_token_id", "use_mtp", "is_assistant", "num_assistant_tokens",
    "num_assistant_tokens_schedule", "assistant_confidence_threshold", "prompt_lookup_num_tokens",
    "max_matching_ngram_size", "assistant_early_exit", "assistant_lookbehind", "target_lookbehind",
    "assistant_ensemble_weight", "speculation_type", "compile_config", "disable_compile",
    "continuous_batching_config", "low_memory", "prefill_chunk_size", "generation_kwargs",
    "transformers_version", "_from_model_config", "_commit_hash",
  ]

  func standing(
    of member: JSONObject.Member
  ) throws(GenerationConfigurationError) -> GenerationKeyStanding {
    let (key, value) = (member.key, member.value)
    if let normal = Self.applied[key] { return says(value, normal) ? .applied : .silent }
    if let normal = Self.notApplied[key] { return says(value, normal) ? .notApplied : .silent }
    if let normal = Self.unsupported[key] {
      guard says(value, normal) else { return .silent }
      throw .unsupported(key: key, value: shown(value))
    }
    return Self.silent.contains(key) ? .silent : .unknown
  }

  /// Whether a value differs from its default; false and 0, and 1 and 1.0, are the same.
  private func says(_ value: JSONValue, _ normal: JSONValue) -> Bool {
    if value.isNull { return false }
    if let value = value.doubleValue, let normal = normal.doubleValue { return value != normal }
    return value.text() != normal.text()
  }
}
