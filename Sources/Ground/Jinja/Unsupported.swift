/// What Jinja2 and Python know and this interpreter does not: refused by name, never passed over.
enum Unsupported {
  /// Tags; those that end a block are never met, since the tag that opens it is refused.
  static let tags: Set<String> = [
    "autoescape", "block", "call", "do", "extends", "from", "import", "include", "print", "raw",
    "with",
  ]

  static let filters: Set<String> = [
    "abs", "attr", "batch", "center", "count", "d", "e", "escape", "filesizeformat", "float",
    "forceescape", "format", "groupby", "max", "pprint", "random", "reverse", "round", "select",
    "slice", "striptags", "sum", "truncate", "urlencode", "urlize", "wordcount", "wordwrap",
    "xmlattr",
  ]

  static let tests: Set<String> = [
    "!=", "<", "<=", ">", ">=", "callable", "escaped", "even", "filter", "float", "ge",
    "greaterthan", "gt", "in", "integer", "le", "lessthan", "lower", "lt", "ne", "odd", "sameas",
    "test", "upper",
  ]

  /// Functions; a variable may have the same name, so that only a call is refused.
  static let functions: Set<String> = ["cycler", "dict", "joiner", "lipsum"]

  static let operators: Set<String> = ["/", "//", "**"]

  /// What the body of a macro may read without declaring it.
  static let macroNames: Set<String> = ["caller", "kwargs", "varargs"]

  private static let attributes: [String: Set<String>] = [
    "LoopContext": ["changed", "cycle", "depth", "depth0", "revindex", "revindex0"],
    "Macro": ["arguments", "caller", "catch_kwargs", "catch_varargs", "explicit_caller", "name"],
    "dict": ["copy", "fromkeys", "keys", "values"], "dict_items": ["isdisjoint", "mapping"],
    "float": numeric.union(["fromhex", "hex", "is_integer"]),
    "generator": ["close", "send", "throw"], "int": numeric, "bool": numeric,
    "list": ["copy", "count", "index"], "range": ["count", "index", "start", "step", "stop"],
    "str": [
      "casefold", "center", "count", "encode", "expandtabs", "find", "format_map", "index",
      "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower",
      "isnumeric", "isprintable", "isspace", "istitle", "isupper", "join", "ljust", "maketrans",
      "partition", "removeprefix", "removesuffix", "rfind", "rindex", "rjust", "rpartition",
      "rsplit", "splitlines", "swapcase", "translate", "zfill",
    ], "tuple": ["count", "index"],
  ]

  private static let numeric: Set<String> = [
    "as_integer_ratio", "bit_count", "bit_length", "conjugate", "denominator", "from_bytes", "imag",
    "numerator", "real", "to_bytes",
  ]

  /// Refuses an attribute that an object of Python or Jinja has.
  static func check(attribute name: String, of type: String) throws(TemplateError) {
    guard !(attributes[type]?.contains(name) ?? false) else {
      throw .unsupported("the attribute '\(name)' of a \(type)")
    }
  }
}
