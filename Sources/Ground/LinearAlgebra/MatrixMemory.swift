import COpenBLAS

/// How the memory of matrices is managed.
public enum MatrixMemory {
  /// Has the memory of matrices of 64 KiB and more go back to the system as soon as they are freed.
  ///
  /// By itself the C library soon keeps what was freed, up to 32 MiB apiece, in one heap with small
  /// objects, such as those of HDF5. They come to lie where activations were, the next pass finds no
  /// gap that is wide enough, and memory grows with every pass. Calls `mallopt`.
  public static func returnWhenFreed() { set_mapping_threshold(1 << 16) }

  /// Keeps the memory of freed matrices for the next ones.
  ///
  /// Where memory is plenty, asking the system for the pages of every activation again, and clearing
  /// them, would take longer than some of the layers. Calls `mallopt`.
  public static func keepWhenFreed() {
    set_mapping_threshold(1 << 25)  // the most that the C library takes
    keep_freed_memory()
  }
}
