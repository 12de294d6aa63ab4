/// The number of a token in a model's vocabulary, not negative: what the tokenizer gives, the model
/// reads and our files hold.
public typealias TokenID = Int32
