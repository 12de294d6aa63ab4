import Endpoint
import Testing

@Test(arguments: [
  ("http://host:8000", "http://host:8000/v1/chat/completions"),
  ("http://host:8000/", "http://host:8000/v1/chat/completions"),
  ("http://host:8000/v1", "http://host:8000/v1/chat/completions"),
  ("http://host:8000/v1/", "http://host:8000/v1/chat/completions"),
  ("http://host:8000/v1/chat/completions", "http://host:8000/v1/chat/completions"),
  ("https://api.example.com/openai", "https://api.example.com/openai/v1/chat/completions"),
  ("HTTPS://Api.Example.com/Openai/v1", "https://api.example.com/Openai/v1/chat/completions"),
  ("http://[::1]:8000", "http://[::1]:8000/v1/chat/completions"),
  ("http://127.0.0.1", "http://127.0.0.1/v1/chat/completions"),
])
func addressesOfServers(_ text: String, _ url: String) throws {
  #expect(try EndpointAddress(text).url == url)
}

@Test(arguments: [
  ("localhost:8000", EndpointAddress.Fault.noScheme), ("", .noScheme), ("ftp://host", .noScheme),
  ("http://", .noHost), ("http://:80", .noHost), ("http:///v1", .noHost), ("http://[::1", .noHost),
  ("http://host:0", .invalidPort), ("http://host:65536", .invalidPort),
  ("http://host:8a", .invalidPort), ("http://host:", .invalidPort),
  ("http://user:secret@host", .credentials), ("http://key@host/v1", .credentials),
  ("http://host/v1?key=secret", .query), ("http://host#a", .query),
  ("http://ho st", .invalidCharacter), ("http://host/ü", .invalidCharacter),
])
func whatIsNoAddress(_ text: String, _ fault: EndpointAddress.Fault) {
  #expect(throws: fault) { try EndpointAddress(text) }
  #expect(fault.kind == .usage)
  #expect(!fault.description.contains("secret"))
}

@Test func keysAreNotSentInTheOpenUnseen() throws {
  #expect(try EndpointAddress("http://host:1").isOpenToOthers)
  for address in ["https://host", "http://localhost:1", "http://127.0.0.1", "http://[::1]:1"] {
    #expect(try !EndpointAddress(address).isOpenToOthers)
  }
}
