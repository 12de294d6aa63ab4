/// In which order layers are run so that a backward pass finds the input of each, when the inputs of only
/// some layers are kept and the others are computed again.
///
/// The inputs that are kept lie evenly; those between two of them are computed again from the lower one,
/// with whatever room has become free by then ("checkpointing": Griewank and Walther 2000). With room for
/// all but the first, which the tokens give, each layer runs forward once.
package struct LayerSchedule {
  /// What happens to all passes.
  package enum Step: Equatable {
    /// The residual stream becomes the input of a layer again, from what is kept or from the tokens.
    case restore(layer: Int)
    /// The stream goes through a layer.
    case forward(layer: Int)
    /// The stream, which is the input of a layer, is kept.
    case keep(layer: Int)
    /// Losses, and the gradient of the stream behind the last layer.
    case head
    /// The gradient goes back through a layer, whose input the stream is.
    case backward(layer: Int)
    /// What was kept last is of no more use.
    case release(layer: Int)
  }

  /// The steps.
  package private(set) var steps: [Step] = []
  private let room: Int
  private var kept: [Int] = []

  /// Plans a forward and a backward pass.
  ///
  /// - Parameters:
  ///   - layerCount: Number of layers.
  ///   - room: Inputs that may be kept at the same time.
  package init(layerCount: Int, room: Int) {
    self.room = min(max(room, 0), Self.mostRoom(layerCount: layerCount))
    advance(to: layerCount)
    steps.append(.head)
    for layer in (0..<layerCount).reversed() {
      advance(to: layer)
      steps.append(.backward(layer: layer))
      if kept.last == layer {
        kept.removeLast()
        steps.append(.release(layer: layer))
      }
    }
  }

  /// Inputs to keep where there is no need to be sparing.
  ///
  /// - Parameter layerCount: Number of layers.
  /// - Returns: All but the first.
  package static func mostRoom(layerCount: Int) -> Int { max(layerCount - 1, 0) }

  /// Inputs to keep at least: about as many layers then run forward twice as once.
  ///
  /// - Parameter layerCount: Number of layers.
  /// - Returns: About the square root.
  package static func leastRoom(layerCount: Int) -> Int {
    min(mostRoom(layerCount: layerCount), Int(Double(layerCount).squareRoot().rounded(.up)))
  }

  /// Layers run through, forward and backward.
  var layerRuns: Int {
    steps.count {
      switch $0 {
      case .forward, .backward: true
      default: false
      }
    }
  }

  /// Brings the stream from the highest input that is kept to that of a layer.
  private mutating func advance(to target: Int) {
    let start = kept.last ?? 0
    steps.append(.restore(layer: start))
    let free = room - kept.count
    let spacing = max(1, (target - start + free) / (free + 1))
    for layer in start..<target {
      if layer > start, (layer - start) % spacing == 0 {
        kept.append(layer)
        steps.append(.keep(layer: layer))
      }
      steps.append(.forward(layer: layer))
    }
  }
}
