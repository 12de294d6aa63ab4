import OrderedJSON

extension Tokenizer {
  public static func tokenizerJSON(fromGGUF metadata: JSONObject) throws(TokenizerError)
    -> JSONValue
  { .null }
}
