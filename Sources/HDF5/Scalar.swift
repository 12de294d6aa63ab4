import CHDF5

/// A number that datasets and attributes can hold.
public protocol HDF5Scalar: AdditiveArithmetic, BitwiseCopyable, Sendable {
  /// Its HDF5 type.
  static var scalarType: ScalarType { get }
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
}

extension Double: HDF5Scalar {
  /// `H5T_NATIVE_DOUBLE`.
  public static var scalarType: ScalarType { .float64 }
}

extension Int32: HDF5Scalar {
  /// `H5T_NATIVE_INT32`.
  public static var scalarType: ScalarType { .int32 }
}

extension Int64: HDF5Scalar {
  /// `H5T_NATIVE_INT64`.
  public static var scalarType: ScalarType { .int64 }
}

extension UInt8: HDF5Scalar {
  /// `H5T_NATIVE_UINT8`.
  public static var scalarType: ScalarType { .uint8 }
}
