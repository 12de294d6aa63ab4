import Jinja

extension TemplateClock {
  /// When the reference ran: 2024-07-26T12:34:56.
  static let reference = fixed(1_721_997_296)
}
