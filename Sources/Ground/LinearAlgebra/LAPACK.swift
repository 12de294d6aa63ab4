import CLAPACKE

/// Layout passed to every LAPACKE routine.
///
/// LAPACK stores columns, we store rows, and the same buffer read the other way round is the
/// transpose. Passing our m x n as LAPACK's n x m therefore costs nothing, where
/// `LAPACK_ROW_MAJOR` would allocate and transpose copies. What changes is the name of things: our
/// lower triangle is LAPACK's upper one, our LQ its QR, and our U its `vt`.
let layout = LAPACK_COL_MAJOR

/// LAPACK's name for our lower triangle.
let lowerTriangle = CChar(UInt8(ascii: "U"))

/// Turns the `info` of a routine that cannot fail on finite input into an error.
///
/// - Parameters:
///   - info: What the routine returned.
///   - routine: Its name.
/// - Throws: `LinearAlgebraError.outOfMemory` or `.illegalArgument`.
func checkLAPACK(_ info: Int32, _ routine: String) throws(LinearAlgebraError) {
  switch info {
  case 0...: return
  case LAPACK_WORK_MEMORY_ERROR, LAPACK_TRANSPOSE_MEMORY_ERROR:
    throw .outOfMemory(routine: routine)
  default: throw .illegalArgument(routine: routine, index: Int(-info))
  }
}

/// A shape in LAPACK's integers.
///
/// - Parameters:
///   - rows: Number of rows.
///   - columns: Number of columns.
/// - Returns: The same.
/// - Throws: `LinearAlgebraError.tooLarge`.
func lapackShape(_ rows: Int, _ columns: Int) throws(LinearAlgebraError) -> (Int32, Int32) {
  guard let m = Int32(exactly: rows), let n = Int32(exactly: columns) else {
    throw .tooLarge(rows: rows, columns: columns)
  }
  return (m, n)
}
