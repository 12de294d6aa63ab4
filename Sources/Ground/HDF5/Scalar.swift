import CHDF5

/// A number that datasets and attributes can hold.
public protocol HDF5Scalar: AdditiveArithmetic, BitwiseCopyable, Sendable {
  /// Its HDF5 type.
  static var scalarType: ScalarType { get }
  /// The nearest value to a number of a file: the largest or smallest, or an infinity, beyond them.
  init(_ number: StoredNumber)
}

/// A number of a file, whatever its width there.
public enum StoredNumber: Sendable {
  case real(Double)
  case signed(Int64)
  case unsigned(UInt64)
}

extension FixedWidthInteger {
  /// Reals are never read as integers; one that is would be cut off.
  fileprivate init(nearest number: StoredNumber) {
    switch number {
    case .real(let value): self = Self(exactly: value.rounded(.towardZero)) ?? 0
    case .signed(let value): self = Self(clamping: value)
    case .unsigned(let value): self = Self(clamping: value)
    }
  }
}

extension BinaryFloatingPoint {
  fileprivate init(nearest number: StoredNumber) {
    switch number {
    case .real(let value): self = Self(value)
    case .signed(let value): self = Self(value)
    case .unsigned(let value): self = Self(value)
    }
  }
}

/// The HDF5 type of a number.
public enum ScalarType: Sendable {
  case float32
  case float64
  case int32
  case int64
  case uint8

  /// The library's identifier, valid as long as the program runs.
  var id: hid_t {
    switch self {
    case .float32: suture_h5t_native_float()
    case .float64: suture_h5t_native_double()
    case .int32: suture_h5t_native_int32()
    case .int64: suture_h5t_native_int64()
    case .uint8: suture_h5t_native_uint8()
    }
  }

  var isFloat: Bool { self == .float32 || self == .float64 }
}

extension Float: HDF5Scalar {
  /// `H5T_NATIVE_FLOAT`.
  public static var scalarType: ScalarType { .float32 }
  /// The nearest value.
  public init(_ number: StoredNumber) { self.init(nearest: number) }
}

extension Double: HDF5Scalar {
  /// `H5T_NATIVE_DOUBLE`.
  public static var scalarType: ScalarType { .float64 }
  /// The nearest value.
  public init(_ number: StoredNumber) { self.init(nearest: number) }
}

extension Int32: HDF5Scalar {
  /// `H5T_NATIVE_INT32`.
  public static var scalarType: ScalarType { .int32 }
  /// The nearest value.
  public init(_ number: StoredNumber) { self.init(nearest: number) }
}

extension Int64: HDF5Scalar {
  /// `H5T_NATIVE_INT64`.
  public static var scalarType: ScalarType { .int64 }
  /// The nearest value.
  public init(_ number: StoredNumber) { self.init(nearest: number) }
}

extension UInt8: HDF5Scalar {
  /// `H5T_NATIVE_UINT8`.
  public static var scalarType: ScalarType { .uint8 }
  /// The nearest value.
  public init(_ number: StoredNumber) { self.init(nearest: number) }
}
