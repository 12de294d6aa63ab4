extension GGUFSettings {
  private static let windowKey = "attention.sliding_window"

  /// How many tokens a layer with a sliding window sees; nil when no layer has one.
  ///
  /// Converters write 0 for "none". An absent key means what llama.cpp took it to mean when there
  /// were files without it: 4096 in Gemma 2, and the window of the four Phi-3 models of that time,
  /// known by their layers and their context.
  ///
  /// - Throws: `GGUFFault.missingValue` where llama.cpp has no default or has had several.
  var slidingWindow: Int? {
    get throws(GGUFFault) {
      let stated = try count(Self.windowKey)
      switch architecture {
      // Files may carry a window that the model does not use.
      case .qwen2, .qwen3: return nil
      case .llama: return stated
      case .gemma2, .gemma3, .phi3:
        return value(Self.windowKey) == nil ? try impliedWindow : stated
      }
    }
  }

  private var impliedWindow: Int {
    get throws(GGUFFault) {
      if architecture == .gemma2 { return 4096 }
      if architecture == .phi3 {
        switch (layerCount, try required("context_length")) {
        case (32, 4096), (40, 4096): return 2047
        case (32, 131_072) where keyValueHeadCount == 32: return 262_144
        case (40, 131_072): return 131_072
        default: break
        }
      }
      throw .missingValue(key: fullKey(Self.windowKey))
    }
  }
}
