import LinearAlgebra
import Testing

/// Threads write the blocks of a grid with gaps; each number is where it belongs, and nothing else is
/// touched.
@Test(arguments: [1, 4]) func eachBlockIsWrittenOnce(threads: Int) {
  let (rows, columns) = ([0..<2, 3..<7, 7..<7, 9..<10], [1..<4, 4..<5])
  var matrix = Matrix(rows: 11, columns: 6)
  matrix.forEachBlock(rows: rows, columns: columns, threads: threads) { index, block in
    for row in 0..<block.rows {
      var elements = block.mutableRow(row)
      for column in elements.indices { elements[column] += Float(index + 1) }
    }
  }
  for row in 0..<11 {
    for column in 0..<6 {
      let place = rows.firstIndex { $0.contains(row) }
      let part = columns.firstIndex { $0.contains(column) }
      let expected = if let place, let part { place * columns.count + part + 1 } else { 0 }
      #expect(matrix[row, column] == Float(expected))
    }
  }
}

/// A product into a part of a block of a block.
@Test func blocksOfBlocksKeepTheirPlace() {
  let ones = Matrix(rows: 2, columns: 2, elements: [1, 1, 1, 1])
  var matrix = Matrix(rows: 6, columns: 6)
  matrix.forEachBlock(rows: [1..<6], columns: [2..<6]) { _, block in
    block.multiply(
      ones, ones.wholeBlock, by: ones, ones.wholeBlock,
      into: Block(rows: 1..<3, columns: 2..<4), alpha: 3)
    var inner = block.mutableBlock(Block(rows: 3..<5, columns: 0..<4))
    inner.setRow(1, from: 1, to: [7, 8].span)
  }
  for row in 0..<6 {
    for column in 0..<6 {
      let isProduct = (2..<4).contains(row) && (4..<6).contains(column)
      let set: [Int: Float] = row == 5 ? [3: 7, 4: 8] : [:]
      #expect(matrix[row, column] == (isProduct ? 6 : set[column] ?? 0))
    }
  }
}

@Test func overlapsAreProgrammerErrors() async {
  await #expect(processExitsWith: .failure) {
    var matrix = Matrix(rows: 4, columns: 4)
    matrix.forEachBlock(rows: [0..<2, 1..<4]) { _, _ in }
  }
  await #expect(processExitsWith: .failure) {
    var matrix = Matrix(rows: 4, columns: 4)
    matrix.forEachBlock(rows: [0..<5]) { _, _ in }
  }
  await #expect(processExitsWith: .failure) {
    var matrix = Matrix(rows: 4, columns: 4)
    matrix.withDisjointBlocks(rows: [0..<2, 2..<4]) { blocks in
      parallelFor(2) { _ in _ = blocks.take(1).rows }
    }
  }
  await #expect(processExitsWith: .failure) {
    var matrix = Matrix(rows: 4, columns: 4)
    // Two columns of four: their rows do not follow one another.
    matrix.forEachBlock(rows: [0..<4], columns: [0..<2]) { _, block in
      _ = block.mutableSpan.count
    }
  }
}

/// Whole rows are one run of elements, whichever they are.
@Test func wholeRowsAreOneSpan() {
  var matrix = Matrix(rows: 5, columns: 3)
  matrix.forEachBlock(rows: [1..<3, 3..<4], threads: 2) { index, block in
    var span = block.mutableSpan
    for place in span.indices { span[place] = Float(10 * (index + 1) + place) }
  }
  #expect(matrix.elements == [0, 0, 0, 10, 11, 12, 13, 14, 15, 20, 21, 22, 0, 0, 0])
}
