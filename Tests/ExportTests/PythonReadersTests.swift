import Export
import LinearAlgebra
import ResultFiles
import SafetyGradients
import Spectra
import TestSupport
import Testing
import Tokens

/// The tools of our files' readers open them: `Tests/Python/open_files.py` looks at everything.
@Test func xarrayAndNumPyOpenTheFiles() throws {
  let folder = try TemporaryFolder()
  try SpectraFileExample.write(to: folder.file("spectra.h5"))
  try writeGradients(to: folder.file("gradients.h5"))
  let export = try FileExport(opening: folder.file("spectra.h5"))
  for format in [ExportFormat.csv, .json, .npz] {
    try export.write(as: format, to: folder.file("spectra.\(format.rawValue)"))
  }
  #expect(try Python.run("open_files.py", [folder.path]) == 0)
}

private func writeGradients(to path: String) throws {
  let modules = ["up_proj", "gate_proj"].map {
    GradientModule(
      name: "layers.0.mlp.\($0)", layer: 0, projection: $0, outFeatures: 1, inFeatures: 2)
  }
  var writer = try GradientFileWriter(
    creating: path, provenance: Provenance(), modules: modules,
    examples: [Example(id: "x", tokens: [7, 8], answerMask: [false, true])])
  let outputGradient = Matrix(rows: 2, columns: 1, elements: [1, 0])
  try writer.beginExample(0)
  try writer.write(
    example: 0, module: 0, input: Matrix(rows: 2, columns: 2, elements: [1, 2, 3, 4]),
    outputGradient: outputGradient)
  try writer.write(example: 0, module: 1, sharingInputOf: 0, outputGradient: outputGradient)
  try writer.finishExample(0, loss: 0.1)
  try writer.close()
}
