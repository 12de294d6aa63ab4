import Files

extension Checkpoint {
  /// Identifies the weights: a SHA-256 in hexadecimal that does not depend on path or sharding.
  ///
  /// Hashed are the line `suture-checkpoint-1` and, for each tensor in the order of the UTF-8 bytes
  /// of its name, the name, the type and the sizes as a line of text, and the stored bytes: all of
  /// them up to 1 MiB, else 256 pages of 4 KiB that are spaced evenly from the first to the last.
  /// Two models that differ only between those pages have one fingerprint; fine-tuning changes
  /// pages everywhere.
  public func fingerprint() throws(CheckpointError) -> String {
    var hash = Digest.Stream()
    hash.update(Array("suture-checkpoint-1\n".utf8))
    let sorted = tensors.tensors.sorted {
      $0.descriptor.name.utf8.lexicographicallyPrecedes($1.descriptor.name.utf8)
    }
    for tensor in sorted {
      let descriptor = tensor.descriptor
      let line = "\(descriptor.name)\n\(descriptor.elementType.rawValue) \(descriptor.shape)\n"
      hash.update(Array(line.utf8))
      let sampled = Self.sampledRanges(of: tensor.byteRange.count).map { range in
        let start = tensor.byteRange.lowerBound + range.lowerBound
        return start..<start + range.count
      }
      // Around a page that is not in memory the kernel reads megabytes, which would be the whole of a large
      // model; asked for beforehand, the pages of a tensor are read side by side.
      tensor.file.advise(.random, in: tensor.byteRange)
      for range in sampled { tensor.file.advise(.willNeed, in: range) }
      for range in sampled { hash.update(tensor.file.bytes(in: range)) }
      tensor.file.advise(.normal, in: tensor.byteRange)
      // The kernel maps the neighbours of every page that is read: gigabytes, over a large model.
      tensor.file.advise(.finished, in: tensor.byteRange)
    }
    return hash.finish()
  }

  /// The parts of `byteCount` bytes that are hashed.
  private static func sampledRanges(of byteCount: Int) -> [Range<Int>] {
    let pageCount = 256
    let pageSize = 4096
    if byteCount <= pageCount * pageSize { return [0..<byteCount] }
    return (0..<pageCount).map { page in
      let start = page * (byteCount - pageSize) / (pageCount - 1)
      return start..<start + pageSize
    }
  }
}
