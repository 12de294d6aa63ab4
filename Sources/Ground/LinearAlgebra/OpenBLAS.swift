import COpenBLAS
import Glibc

/// What OpenBLAS says about itself: build options, the kernel in use and the number of threads, for
/// the provenance of a file.
public var blasDescription: String {
  let configuration = unsafe String(cString: openblas_get_config())
  return "\(configuration), kernel \(blasKernel), threads \(ComputeThreads.count)"
}

/// Name of the processor family whose kernels OpenBLAS uses, such as "SkylakeX".
public var blasKernel: String { unsafe String(cString: openblas_get_corename()) }

/// What does the products here, such as "SkylakeX, few rows by our own for AVX-512".
public var productKernels: String {
  blasKernel + (FewRowsProduct.isCompiledIn ? ", few rows by our own for AVX-512" : "")
}

/// The value that the environment variable `OPENBLAS_CORETYPE` should have had when the process
/// started, or nothing when the kernels suit the processor.
///
/// OpenBLAS picks kernels by processor model, and falls back to those of 2004 on a model it does
/// not know, several times slower. What the processor can do decides better. The variable is read
/// once, when the library loads: a caller has to set it and execute itself again. A variable that is
/// set already is respected.
///
/// - Returns: "SkylakeX" (AVX-512), "Haswell" (AVX2) or nothing.
public func recommendedCoreType() -> String? {
  let isChosen = unsafe getenv("OPENBLAS_CORETYPE") != nil
  if isChosen || !kernelsWithoutAVX2.contains(blasKernel) { return nil }
  if processor_has_avx512() { return "SkylakeX" }
  return processor_has_avx2() ? "Haswell" : nil
}

/// The x86-64 kernels that OpenBLAS can fall back to on a newer processor.
private let kernelsWithoutAVX2: Set = [
  "Prescott", "Core2", "Penryn", "Dunnington", "Nehalem", "Sandybridge", "Atom", "Nano", "Opteron",
  "Opteron_SSE3", "Barcelona", "Bobcat", "Bulldozer", "Piledriver", "Steamroller", "Unknown",
]

/// The library that all large products go to.
enum OpenBLAS {
  private static let isKeptToItsCaller: Void = openblas_set_num_threads(1)

  /// Has each call run on the thread that makes it; whoever calls the library says so first.
  ///
  /// Products are divided among the threads of `parallelFor` instead.
  @inline(__always)
  static func keepToItsCaller() { isKeptToItsCaller }
}

extension Transposition {
  fileprivate var cblas: CBLAS_TRANSPOSE { self == .none ? CblasNoTrans : CblasTrans }
}

extension MatrixBlock {
  /// `self = alpha * op(a[blockA]) * op(b[blockB]) + beta * self`, on the caller's thread.
  ///
  /// The shapes must be right.
  mutating func sgemm(
    _ a: borrowing Matrix, _ blockA: Block, _ transposeA: Transposition, _ b: borrowing Matrix,
    _ blockB: Block, _ transposeB: Transposition, alpha: Float, beta: Float
  ) {
    OpenBLAS.keepToItsCaller()
    let inner = transposeA == .none ? blockA.columns.count : blockA.rows.count
    unsafe cblas_sgemm(
      CblasRowMajor, transposeA.cblas, transposeB.cblas, Int32(rows), Int32(columns), Int32(inner),
      alpha, a.corner(of: blockA), Int32(max(a.columns, 1)), b.corner(of: blockB),
      Int32(max(b.columns, 1)), beta, start, Int32(stride))
  }
}

extension DoubleMatrix {
  /// Sets self to `alpha * op(a) * op(b) + beta * self`, where `op` transposes when asked to.
  ///
  /// With `beta` 0 the old elements do not matter. Calls `cblas_dgemm`.
  package mutating func multiply(
    _ a: borrowing DoubleMatrix, _ transposeA: Transposition = .none,
    by b: borrowing DoubleMatrix, _ transposeB: Transposition = .none,
    alpha: Double = 1, beta: Double = 0
  ) {
    OpenBLAS.keepToItsCaller()
    let (m, k) = transposeA == .none ? (a.rows, a.columns) : (a.columns, a.rows)
    let (inner, n) = transposeB == .none ? (b.rows, b.columns) : (b.columns, b.rows)
    precondition(
      k == inner && m == rows && n == columns,
      "\(m) x \(k) times \(inner) x \(n) into \(rows) x \(columns)")
    if m == 0 || n == 0 { return }
    unsafe cblas_dgemm(
      CblasRowMajor, transposeA.cblas, transposeB.cblas, Int32(m), Int32(n), Int32(k), alpha,
      a.storage, Int32(max(a.columns, 1)), b.storage, Int32(max(b.columns, 1)), beta, storage,
      Int32(columns))
  }

  /// The lower triangle of `a * aᵀ`; what is above the diagonal has no particular value.
  ///
  /// Calls `cblas_dsyrk`.
  init(gramOf a: borrowing DoubleMatrix) {
    self.init(uninitializedRows: a.rows, columns: a.rows)
    if a.rows == 0 { return }
    OpenBLAS.keepToItsCaller()
    unsafe cblas_dsyrk(
      CblasRowMajor, CblasLower, CblasNoTrans, Int32(a.rows), Int32(a.columns), 1, a.storage,
      Int32(max(a.columns, 1)), 0, storage, Int32(a.rows))
  }

  /// The lower triangle of `aᵀ * a`; what is above the diagonal has no particular value.
  ///
  /// Calls `cblas_dsyrk`.
  init(gramOfColumnsOf a: borrowing DoubleMatrix) {
    self.init(uninitializedRows: a.columns, columns: a.columns)
    if a.columns == 0 { return }
    OpenBLAS.keepToItsCaller()
    unsafe cblas_dsyrk(
      CblasRowMajor, CblasLower, CblasTrans, Int32(a.columns), Int32(a.rows), 1, a.storage,
      Int32(a.columns), 0, storage, Int32(a.columns))
  }
}
