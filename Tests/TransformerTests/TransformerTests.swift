import Foundation
import LinearAlgebra
import OrderedJSON
import Testing
import Transformer

struct Raw: TensorSource {
  let dir: String
  let index: JSONValue
  init(_ name: String) throws {
    dir = "/tmp/orc/\(name)/"
    index = try JSONValue(parsing: [UInt8](Data(contentsOf: URL(filePath: dir + "index.json"))))
  }
  func shape(of name: String) -> [Int]? {
    index["shapes"]?[name]?.arrayValue?.compactMap(\.integerValue)
  }
  func load(_ file: String) throws -> [Float] {
    let data = try Data(contentsOf: URL(filePath: dir + file + ".bin"))
    return unsafe data.withUnsafeBytes { unsafe Array($0.bindMemory(to: Float.self)) }
  }
  func read(_ name: String, rows: Range<Int>, into destination: inout Matrix, atRow row: Int) throws {
    let v = try load(name)
    let c = destination.columns
    for r in rows { for j in 0..<c { destination[row + r - rows.lowerBound, j] = v[r * c + j] } }
  }
}

final class Dense: GradientObserver {
  var gradients: [String: [Float]] = [:]
  let configuration: ModelConfiguration
  init(_ c: ModelConfiguration) { configuration = c }
  func observe(layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix) throws {
    for m in configuration.linearModules(ofLayer: layer) where m.site == site {
      var g = Matrix(rows: m.outFeatures, columns: m.inFeatures)
      let target = g.wholeBlock
      g.multiply(outputGradient, Block(rows: 0..<input.rows, columns: m.rows), .transposed, by: input, input.wholeBlock, into: target)
      gradients[m.checkpointName] = g.elements
    }
  }
}

@Test(arguments: ["llama", "llama3-rope-tied", "mistral", "mistral-window8", "qwen2-bf16", "qwen3", "gemma2", "gemma3", "phi3"])
func oracle(_ name: String) throws {
  ComputeThreads.set(2)
  let source = try Raw(name)
  let root = "/work/shared/oracles/models/\(name)/"
  let config = try JSONValue(parsing: [UInt8](Data(contentsOf: URL(filePath: root + "config.json"))))
  let expected = try JSONValue(parsing: [UInt8](Data(contentsOf: URL(filePath: root + "expected.json"))))
  let configuration = try ModelConfiguration(parsing: config)
  let model = try LanguageModel(configuration: configuration, source: source)
  var i = 0
  var sequences: [LossSequence] = []
  for e in expected["examples"]?.arrayValue ?? [] {
    let ids = (e["input_ids"]?.arrayValue ?? []).compactMap(\.integerValue).map { Int32($0) }
    let labels = (e["labels"]?.arrayValue ?? []).compactMap(\.integerValue)
    let logits = try model.logits(ids).elements
    let want = try source.load("exp.ex\(i).logits")
    let worst = zip(logits, want).map { abs($0 - $1) }.max() ?? 99
    let seq = try LossSequence(tokens: ids, carriesLoss: labels.map { $0 != -100 })
    sequences.append(seq)
    let dense = Dense(configuration)
    let loss = try model.backpropagate([seq], weights: [1], observer: dense)[0]
    let wantLoss = e["loss"]?.doubleValue ?? 99
    var worstG = 0.0
    for (n, g) in dense.gradients {
      let w = try source.load("exp.ex\(i).grad.\(n).weight")
      let d = zip(g, w).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
      let s = w.reduce(0.0) { $0 + Double($1 * $1) }
      worstG = max(worstG, (d / s).squareRoot())
    }
    print(name, i, "logits", worst, logits.count == want.count, "loss", abs(loss - wantLoss), "grad", worstG)
    #expect(worst < 2e-4)
    #expect(abs(loss - wantLoss) < 3e-5)
    #expect(worstG < 1e-4)
    i += 1
  }
  let packed = try model.losses(sequences)
  print(name, packed)
  let ids = sequences[1].tokens
  // cached generation agrees with full forward
  let gen = try model.generate(prompts: [Array(ids.prefix(9)), Array(ids.prefix(5)), Array(ids.prefix(12))], maxNewTokens: 6, stopTokens: [])
  for (p, g) in zip([9, 5, 12], gen) {
    var t = Array(ids.prefix(p))
    for next in g {
      let l = try model.logits(t)
      #expect(indexOfLargest(l.row(t.count - 1)) == Int(next))
      t.append(next)
    }
  }
}
