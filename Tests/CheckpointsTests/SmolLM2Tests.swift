import Checkpoints
import Glibc
import OrderedJSON
import TestSupport
import Testing

/// A real model, SmolLM2-135M-Instruct in Q4_1.
@Suite struct SmolLM2Tests {
  @Test func everyTensorHasTheValuesOfTheReference() throws {
    let checkpoint = try Checkpoint(opening: try SetUp.smolLM2())
    let tensors = try #require(
      try Fixtures.json("checkpoints/smollm2.json")["tensors"]?.objectValue)
    #expect(tensors.members.count == 272)
    #expect(checkpoint.tensorNames.count == tensors.members.count)
    for member in tensors.members {
      let name = try #require(member.value["hf_name"]?.stringValue)
      let values = try checkpoint.matrix(named: name)
      let expected =
        member.value["sha256_f32le_hf_row_order"] ?? member.value["sha256_f32le"]
      #expect(hash(values) == expected?.stringValue, "\(name)")
    }
  }

  @Test func theConfigurationIsThatOfTheModel() throws {
    let checkpoint = try Checkpoint(opening: try SetUp.smolLM2())
    #expect(
      checkpoint.configuration.text() == #"{"model_type":"llama","vocab_size":49152,"#
        + #""hidden_size":576,"intermediate_size":1536,"num_hidden_layers":30,"#
        + #""num_attention_heads":9,"num_key_value_heads":3,"head_dim":64,"rms_norm_eps":1e-05,"#
        + #""tie_word_embeddings":true,"torch_dtype":"float32","max_position_embeddings":8192,"#
        + #""rope_theta":100000.0,"rope_scaling":null,"sliding_window":null,"hidden_act":"silu","#
        + #""attention_bias":false,"mlp_bias":false,"bos_token_id":1,"eos_token_id":2,"#
        + #""pad_token_id":2}"#)
  }

  @Test func theMetadataAreThoseOfTheReference() throws {
    let checkpoint = try Checkpoint(opening: try SetUp.smolLM2())
    let metadata = try #require(checkpoint.ggufMetadata)
    let expected = try #require(
      try Fixtures.json("checkpoints/smollm2.json")["metadata"]?.objectValue)
    for member in expected.members where !member.key.hasPrefix("GGUF.") {
      guard member.value.objectValue == nil else { continue }
      #expect(metadata[member.key]?.text() == member.value.text(), "\(member.key)")
    }
  }
}
