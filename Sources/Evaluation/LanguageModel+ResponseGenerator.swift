import Transformer

extension LanguageModel: ResponseGenerator {}
