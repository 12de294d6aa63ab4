import Checkpoints
import LinearAlgebra
import TestSupport
import Testing

/// Conversions to float32 against values of gguf-py, bit for bit.
@Suite struct DequantizationTests {
  @Test(arguments: ["all", "all-align64"])
  func everyBlockTypeEqualsTheReference(_ name: String) throws {
    let file = try GGUFFile(opening: Fixtures.path("checkpoints/quants/\(name).gguf"))
    let expected = try SafetensorsFile(
      opening: Fixtures.path("checkpoints/quants/expected.safetensors")
    ).tensors
    #expect(file.tensors.names.sorted() == expected.names.sorted())
    #expect(file.tensors.names.count == 22)
    for name in expected.names {
      let values = try file.tensors.matrix(named: name)
      #expect(bits(values) == bits(try expected.matrix(named: name)), "\(name)")
    }
  }

  @Test func fixturesHoldEveryTypeThatIsConvertible() throws {
    let file = try GGUFFile(opening: Fixtures.path("checkpoints/quants/all.gguf"))
    let present = Set(file.tensors.names.compactMap { file.tensors[$0]?.descriptor.elementType })
    #expect(present == Set(ElementType.allCases.filter(\.isConvertible)))
  }

  @Test func rowsEqualThoseOfTheWhole() throws {
    let file = try GGUFFile(opening: Fixtures.path("checkpoints/quants/all.gguf"))
    for name in file.tensors.names {
      let tensor = try file.tensors.tensor(named: name)
      let whole = try tensor.matrix()
      var part = Matrix(rows: 4, columns: whole.columns)
      try tensor.read(rows: 1..<2, into: &part, atRow: 2)
      #expect(
        part.elements[(2 * whole.columns)...].prefix(whole.columns)
          == whole.elements[whole.columns...].prefix(whole.columns))
      #expect(part.elements.prefix(2 * whole.columns).allSatisfy { $0 == 0 })
      #expect(part.elements.suffix(whole.columns).allSatisfy { $0 == 0 })
    }
  }
}
