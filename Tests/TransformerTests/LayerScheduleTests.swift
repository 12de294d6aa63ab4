import Testing
import Transformer

@Suite struct LayerScheduleTests {
  /// Runs a schedule on a stream that knows how many layers it has been through.
  private func run(_ layerCount: Int, room: Int) -> (backward: [Int], forward: Int) {
    var (stream, kept): (Int, [Int]) = (-1, [])
    var (backward, forward): ([Int], Int) = ([], 0)
    for step in LayerSchedule(layerCount: layerCount, room: room).steps {
      switch step {
      case .restore(let layer):
        stream = kept.last ?? 0
        #expect(stream == layer)
      case .forward(let layer):
        #expect(stream == layer)
        stream += 1
        forward += 1
      case .keep(let layer):
        #expect(stream == layer)
        kept.append(stream)
        #expect(kept.count <= room)
      case .head: #expect(stream == layerCount && backward.isEmpty)
      case .backward(let layer):
        #expect(stream == layer)
        backward.append(layer)
      case .release(let layer): #expect(kept.removeLast() == layer)
      }
    }
    #expect(kept.isEmpty)
    return (backward, forward)
  }

  /// Whatever room there is, each layer goes back once, from its own input.
  @Test func everyLayerFindsItsInput() {
    for layerCount in 1...40 {
      for room in 0..<layerCount {
        #expect(
          run(layerCount, room: room).backward == Array((0..<layerCount).reversed()))
      }
    }
  }

  @Test func withRoomForAllEachLayerRunsOnce() {
    for layerCount in 1...40 {
      let most = LayerSchedule.mostRoom(layerCount: layerCount)
      #expect(run(layerCount, room: most).forward == layerCount)
      #expect(run(layerCount, room: .max).forward == layerCount)
      let least = LayerSchedule.leastRoom(layerCount: layerCount)
      #expect(run(layerCount, room: least).forward <= 2 * layerCount + layerCount / 4)
    }
  }
}
