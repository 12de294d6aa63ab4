/// What a decoder-only transformer computes, in full: shapes, norms, attention and rotary tables.
///
/// One transformer is described by this value; an architecture (`Architectures/`) says how its
/// `config.json` maps onto it.
public struct ModelConfiguration: Sendable, Equatable {
  /// The architecture's name as in `model_type`.
  public var architecture: String
  /// Width of the residual stream, d.
  public var hiddenSize: Int
  /// Width of the MLP between its two matrices.
  public var intermediateSize: Int
  /// Number of decoder layers.
  public var layerCount: Int
  /// Number of query heads.
  public var headCount: Int
  /// Number of key and value heads; divides `headCount`.
  public var keyValueHeadCount: Int
  /// Width of one head; free of `hiddenSize` in some architectures.
  public var headDimension: Int
  /// Number of token ids, the rows of the embedding.
  public var vocabularySize: Int
  /// Largest number of tokens the model was made for.
  public var contextLength: Int

  /// Added to the mean square before the root in every norm.
  public var normEpsilon: Float
  /// True when norms scale by 1 + w (Gemma) instead of w.
  public var normsAddOne = false
  /// True when q and k are normalised per head before the rotary embedding.
  public var normalizesQueriesAndKeys = false
  /// True when the attention's and the MLP's outputs are normalised before they are added.
  public var normalizesBlockOutputs = false

  /// True when q, k and v have biases.
  public var queryKeyValueBias = false
  /// True when o_proj has a bias.
  public var outputBias = false
  /// True when the MLP's matrices have biases.
  public var mlpBias = false
  /// True when the checkpoint stores q, k, v as `qkv_proj` and gate, up as `gate_up_proj`.
  public var fusesProjections = false

  /// The non-linearity of the gated MLP.
  public var activation = Activation.silu
  /// Factor on q · k before the softmax.
  public var attentionScale: Float
  /// Attention scores are c tanh(score / c) when set.
  public var attentionSoftCap: Float?
  /// Logits are c tanh(logit / c) when set.
  public var logitSoftCap: Float?
  /// Factor on the embedding of a token.
  public var embeddingScale: Float = 1
  /// True when the head is the embedding matrix.
  public var tiesEmbeddings = false
  /// The tensor that holds the embedding: a file of tied tables may hold the head alone.
  var embeddingTensor = ModelConfiguration.embeddingName

  /// One entry per layer.
  public var layers: [LayerConfiguration]
  /// The rotary embeddings that layers refer to.
  public var rotaryEmbeddings: [RotaryConfiguration]
  /// True when generation computes all keys again once the sequence is long enough for `longRope`'s
  /// long divisors; otherwise keys stay as they were when their token was new.
  public var recomputesKeysForLongRope = false

  /// Number of elements in a decoder layer's linear weights.
  public var linearWeightCountPerLayer: Int {
    let attention = hiddenSize * headDimension * (2 * headCount + 2 * keyValueHeadCount)
    return attention + 3 * hiddenSize * intermediateSize
  }
}

/// What differs from layer to layer.
public struct LayerConfiguration: Sendable, Equatable {
  /// A token sees itself and the window - 1 tokens before it; nil: all tokens before it.
  public var slidingWindow: Int?
  /// Index into `rotaryEmbeddings`.
  public var rotary = 0
}

/// The non-linearity f of the gated MLP `down(f(gate x) * up x)`.
public enum Activation: Sendable, Equatable {
  /// `x sigmoid(x)`.
  case silu
  /// `x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))`.
  case geluTanh
}

/// A rotary position embedding: the rotated width, the base and how positions are stretched.
public struct RotaryConfiguration: Sendable, Equatable {
  /// How many of a head's dimensions rotate (the first ones); even.
  public var dimensions: Int
  /// The base theta.
  public var base: Double
  /// How frequencies differ from `theta^(-2 i / dimensions)`.
  public var scaling = RotaryScaling.none
}

/// How a model stretches its rotary frequencies beyond the context it was trained on.
public enum RotaryScaling: Sendable, Equatable {
  /// Frequencies as they are.
  case none
  /// All frequencies divided by the factor.
  case linear(factor: Double)
  /// The base grows with the sequence once it is longer than the original context: it follows the
  /// tokens that are there, not those that are planned.
  case dynamic(factor: Double, originalContext: Int)
  /// Llama 3: low frequencies divided, high ones kept, smooth in between.
  case llama3(factor: Double, lowFrequency: Double, highFrequency: Double, originalContext: Int)
  /// Phi-3: one divisor per frequency, a set for short and one for long sequences (longer, with the
  /// tokens that are there so far, than the original context), and a factor on the cosines and sines.
  case longRope(short: [Double], long: [Double], originalContext: Int, attentionFactor: Double)
}
