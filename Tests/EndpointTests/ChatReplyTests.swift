import Endpoint
import Evaluation
import OrderedJSON
import Testing

private func reply(_ message: String, finish: String = #""stop""#) throws -> ChatReply {
  try ChatReply(
    parsing: Array(
      #"{"choices": [{"index": 0, "message": \#(message), "finish_reason": \#(finish)}], "usage": {"completion_tokens": 7}}"#
        .utf8))
}

@Test func replyHoldsTextFinishAndTokens() throws {
  let plain = try reply(#"{"role": "assistant", "content": "Yes."}"#)
  #expect(plain == ChatReply(text: "Yes.", finish: .stop, tokenCount: 7))
  #expect(try reply(#"{"content": null}"#, finish: "null").text == "")
  #expect(try reply(#"{"content": null, "refusal": "I can't."}"#).text == "I can't.")
  let parts = #"{"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}"#
  #expect(try reply(parts).text == "ab")
}

@Test(arguments: [
  ("stop", ChatReply.Finish.stop), ("eos_token", .stop), ("length", .length),
  ("content_filter", .contentFilter),
])
func whyRepliesEnd(_ word: String, _ finish: ChatReply.Finish) throws {
  #expect(try reply(#"{"content": ""}"#, finish: #""\#(word)""#).finish == finish)
}

@Test(arguments: [
  ("", "JSON ends too early at byte 0"), ("<html></html>", "unexpected '<' in JSON at byte 0"),
  ("[]", "no choices"), ("{}", "no choices"), (#"{"error": {"message": "no"}}"#, "no choices"),
  (#"{"choices": []}"#, "the choices are empty"),
  (#"{"choices": [{"text": "completion, not chat"}]}"#, "the first choice has no message"),
  (#"{"choices": [{"message": {}}]}"#, "the message has no content"),
  (#"{"choices": [{"message": {"content": 1}}]}"#, "the content is a number"),
  (
    #"{"choices": [{"message": {"content": [{"type": "image"}]}}]}"#,
    "a part of the content is no text"
  ),
  (
    #"{"choices": [{"message": {"content": ""}, "finish_reason": "tool_calls"}]}"#,
    #"finish_reason is "tool_calls", which is not known here"#
  ),
])
func whatIsNoChatCompletion(_ body: String, _ reason: String) {
  let fault = #expect(throws: ChatReply.Fault.self) { try ChatReply(parsing: Array(body.utf8)) }
  #expect(fault?.reason == reason)
}

@Test func reasoningIsNoAnswer() throws {
  let apart = try reply(#"{"content": "Fold it.", "reasoning_content": "Should I?"}"#)
  #expect(apart.whereItThinks == .closed(answer: "Fold it."))
  let other = try reply(#"{"content": "Fold it.", "reasoning": "Should I?"}"#)
  #expect(other.whereItThinks == .closed(answer: "Fold it."))
  let cut = try reply(#"{"content": null, "reasoning_content": "Let me"}"#, finish: #""length""#)
  #expect(cut.whereItThinks == .open)
  let marked = try reply(#"{"content": "<think>Should I?</think>Fold it."}"#)
  #expect(marked.whereItThinks == .closed(answer: "Fold it."))
  #expect(try reply(#"{"content": "Fold it.", "reasoning": ""}"#).whereItThinks == .none)
}

@Test func waitsGrowAndAreBounded() {
  let policy = RetryPolicy(base: .seconds(1), longestWait: .seconds(10))
  let waits = (1...6).map { policy.wait(after: $0, retryAfter: nil, jitter: 1) }
  #expect(waits == [1, 2, 4, 8, 10, 10].map { .seconds($0) })
  #expect(policy.wait(after: 3, retryAfter: nil, jitter: 0.5) == .seconds(2))
  #expect(policy.wait(after: 1, retryAfter: .seconds(3)) == .seconds(3))
  #expect(policy.wait(after: 1, retryAfter: .seconds(9000)) == .seconds(10))
  #expect(policy.wait(after: .max, retryAfter: nil, jitter: 1) == .seconds(10))
}

@Test func retryAfterIsSecondsOrADate() {
  #expect(RetryPolicy.retryAfter("7") == .seconds(7))
  #expect(RetryPolicy.retryAfter("-7") == nil)
  #expect(RetryPolicy.retryAfter("soon") == nil)
  #expect(RetryPolicy.retryAfter(nil) == nil)
  // Python: calendar.timegm((2015, 10, 21, 7, 28, 0)) == 1445412480.
  let date = "Wed, 21 Oct 2015 07:28:00 GMT"
  #expect(RetryPolicy.retryAfter(date, now: 1_445_412_470) == .seconds(10))
  #expect(RetryPolicy.retryAfter(date, now: 1_445_412_490) == .seconds(0))
  #expect(RetryPolicy.retryAfter(date, now: .min) == nil)
}
