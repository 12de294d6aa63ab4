import HDF5

/// What every file of results says first: its format, where its numbers come from, and the rows and
/// columns of what follows.
package struct ResultTables: Sendable {
  /// Where the numbers come from.
  package let provenance: Provenance
  /// The weights that have gradients.
  package let modules: [GradientModule]
  /// The examples.
  package let examples: [GradientExample]

  /// Takes the tables of a file that is going to be written.
  package init(provenance: Provenance, modules: [GradientModule], examples: [GradientExample]) {
    self.provenance = provenance
    self.modules = modules
    self.examples = examples
  }

  /// Reads and checks the tables.
  ///
  /// - Parameters:
  ///   - format: What the file must be.
  ///   - root: Root group.
  /// - Throws: `HDF5Error`; `invalidValue` when it is of another format or version.
  package init(of format: FileFormat, from root: StoredGroup) throws(HDF5Error) {
    try format.require(in: root)
    provenance = try Provenance(from: root)
    modules = try GradientModule.read(from: root)
    examples = try GradientExample.read(from: root)
  }

  /// Writes the tables.
  ///
  /// - Parameters:
  ///   - format: What the file is.
  ///   - root: Root group of a new file.
  /// - Throws: `HDF5Error.callFailed`.
  package func write(as format: FileFormat, to root: borrowing Group) throws(HDF5Error) {
    try format.write(to: root)
    try provenance.write(to: root)
    try GradientModule.write(modules, to: root)
    try GradientExample.write(examples, to: root)
  }
}
