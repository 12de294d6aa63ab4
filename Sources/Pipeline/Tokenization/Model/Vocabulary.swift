import OrderedJSON

/// The tokens of a model and their ids.
struct Vocabulary: Sendable {
  private var table: ByteStringTable
  private var ids: [UInt32] = []  // by the token's number in the table
  private var numbers: [UInt32: Int32] = [:]  // by id

  init(minimumCapacity: Int = 0) {
    table = ByteStringTable(minimumCapacity: minimumCapacity)
    ids.reserveCapacity(minimumCapacity)
    numbers.reserveCapacity(minimumCapacity)
  }

  /// Reads an object of tokens and their ids.
  ///
  /// Of a repeated token the last id holds.
  init(_ section: JSONSection) throws(TokenizerError) {
    let members = try section.members()
    self.init(minimumCapacity: members.count)
    for member in members {
      let entry = JSONSection(value: member.value, path: section.path(of: member.key))
      set(try entry.tokenID(), for: Array(member.key.utf8)[...])
    }
  }

  /// How many tokens there are.
  var count: Int { table.count }

  /// The id of a token.
  func id(of token: ArraySlice<UInt8>) -> UInt32? { table.number(of: token).map { ids[$0] } }

  /// The id of a token.
  func id(of token: String) -> UInt32? { id(of: Array(token.utf8)[...]) }

  /// The token of an id.
  func token(of id: UInt32) -> ArraySlice<UInt8>? { numbers[id].map { table[Int($0)] } }

  /// Gives a token an id.
  mutating func set(_ id: UInt32, for token: ArraySlice<UInt8>) {
    let number = table.insert(token)
    if number == ids.count { ids.append(id) } else { ids[number] = id }
    numbers[id] = Int32(truncatingIfNeeded: number)
  }
}
