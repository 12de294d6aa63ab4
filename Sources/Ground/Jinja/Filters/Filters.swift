/// The filters that chat templates use, by name, with transformers' own `tojson`.
enum Filters { static let all = text.merging(sequences) { first, _ in first } }
