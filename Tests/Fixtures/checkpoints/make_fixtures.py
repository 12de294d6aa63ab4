"""Makes the fixtures in `architectures` and `*.json`, once; needs torch, transformers, safetensors, gguf, peft.

For each architecture a tiny random model as a Hugging Face folder and as a GGUF file, written with gguf-py
in the conventions of llama.cpp's convert_hf_to_gguf.py. transformers must read the GGUF file back as the
same weights, so that the file is right by a reader that is not ours.
"""
import hashlib, json, math, os, struct, sys
import gguf, numpy, torch
from safetensors import safe_open
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM

HERE = os.path.dirname(os.path.abspath(__file__))
COMMON = dict(vocab_size=24, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4,
              num_key_value_heads=2, max_position_embeddings=64, bos_token_id=1, eos_token_id=2)
MODELS = {
    "llama3": ("llama", dict(rope_theta=500000.0, rms_norm_eps=1e-5, tie_word_embeddings=True, attention_bias=True,
        rope_scaling=dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
                          original_max_position_embeddings=32))),
    "qwen2": ("qwen2", dict(rope_theta=1000000.0, rms_norm_eps=1e-6, tie_word_embeddings=True)),
    "qwen3": ("qwen3", dict(rope_theta=1000000.0, rms_norm_eps=1e-6, head_dim=8)),
    "gemma2": ("gemma2", dict(rms_norm_eps=1e-6, head_dim=8, query_pre_attn_scalar=8, sliding_window=8,
        attn_logit_softcapping=50.0, final_logit_softcapping=30.0)),
    "gemma3": ("gemma3_text", dict(rms_norm_eps=1e-6, head_dim=8, query_pre_attn_scalar=8, sliding_window=8,
        num_hidden_layers=7)),
    "phi3": ("phi3", dict(rms_norm_eps=1e-5, pad_token_id=0, sliding_window=None, original_max_position_embeddings=32,
        rope_scaling=dict(rope_type="longrope", short_factor=[1.0, 1.25], long_factor=[1.5, 4.0]))),
}
GGUF_NAME = {
    "model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output",
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm",
    "self_attn.qkv_proj": "attn_qkv", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down", "mlp.gate_up_proj": "ffn_up", "input_layernorm": "attn_norm",
}


def gguf_name(name, arch):
    module, suffix = name.rsplit(".", 1)
    if not module.startswith("model.layers."):
        return f"{GGUF_NAME[module]}.{suffix}"
    block, part = module.removeprefix("model.layers.").split(".", 1)
    norms = {"post_attention_layernorm": "ffn_norm"}
    if arch.startswith("gemma"):
        norms = {"post_attention_layernorm": "post_attention_norm", "pre_feedforward_layernorm": "ffn_norm",
                 "post_feedforward_layernorm": "post_ffw_norm"}
    return f"blk.{block}.{(GGUF_NAME | norms)[part]}.{suffix}"


def permuted(w, heads):
    return w.reshape(heads, 2, w.shape[0] // heads // 2, *w.shape[1:]).swapaxes(1, 2).reshape(w.shape)


def llama3_factors(config):
    p = config.rope_parameters
    dim = config.hidden_size // config.num_attention_heads
    factors = []
    for i in range(0, dim, 2):
        freq = 1 / p["rope_theta"] ** (i / dim)
        wavelength, old = 2 * math.pi / freq, p["original_max_position_embeddings"]
        low, high = old / p["low_freq_factor"], old / p["high_freq_factor"]
        smooth = (old / wavelength - p["low_freq_factor"]) / (p["high_freq_factor"] - p["low_freq_factor"])
        factors.append(1 if wavelength < high else p["factor"] if wavelength > low
                       else 1 / ((1 - smooth) / p["factor"] + smooth))
    return numpy.array(factors, numpy.float32)


def write_gguf(path, arch, config, weights):
    w = gguf.GGUFWriter(path, arch)
    w.add_context_length(config.max_position_embeddings)
    w.add_embedding_length(config.hidden_size)
    w.add_block_count(config.num_hidden_layers)
    w.add_feed_forward_length(config.intermediate_size)
    w.add_head_count(config.num_attention_heads)
    w.add_head_count_kv(config.num_key_value_heads)
    w.add_layer_norm_rms_eps(config.rms_norm_eps)
    w.add_file_type(0)
    w.add_bos_token_id(1)
    w.add_eos_token_id(2)
    rope = config.rope_parameters
    rope = rope.get("full_attention", rope)
    if arch not in ("gemma2",):
        w.add_rope_freq_base(rope["rope_theta"])
    if arch in ("llama", "phi3"):
        w.add_rope_dimension_count(config.hidden_size // config.num_attention_heads)
    if arch in ("qwen3", "gemma2", "gemma3"):
        w.add_key_length(config.head_dim)
        w.add_value_length(config.head_dim)
    if arch in ("gemma2", "gemma3"):
        w.add_sliding_window(config.sliding_window)
    if arch == "gemma2":
        w.add_attn_logit_softcapping(config.attn_logit_softcapping)
        w.add_final_logit_softcapping(config.final_logit_softcapping)
    if arch == "llama":
        w.add_tensor("rope_freqs.weight", llama3_factors(config))
    if arch == "phi3":
        old = config.original_max_position_embeddings
        w.add_sliding_window(0)
        w.add_rope_scaling_orig_ctx_len(old)
        w.add_rope_scaling_attn_factors(math.sqrt(1 + math.log(config.max_position_embeddings / old) / math.log(old)))
        w.add_tensor("rope_factors_long.weight", numpy.array(rope["long_factor"], numpy.float32))
        w.add_tensor("rope_factors_short.weight", numpy.array(rope["short_factor"], numpy.float32))
    for name, t in weights.items():
        t = t.numpy()
        if arch == "llama" and ".q_proj." in name:
            t = permuted(t, config.num_attention_heads)
        if arch == "llama" and ".k_proj." in name:
            t = permuted(t, config.num_key_value_heads)
        if arch.startswith("gemma") and name.endswith("norm.weight"):
            t = t + 1
        w.add_tensor(gguf_name(name, arch), numpy.ascontiguousarray(t))
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def make(folder, model_type, options):
    torch.manual_seed(len(folder) + options.get("head_dim", 0))
    config = AutoConfig.for_model(model_type, **(COMMON | options))
    model = AutoModelForCausalLM.from_config(config)
    # Multiples of 1/64, so that adding and subtracting 1 is exact.
    weights = {n: (torch.randn(p.shape) * 64).round() / 64 for n, p in model.named_parameters()}
    path = os.path.join(HERE, "architectures", folder)
    os.makedirs(path, exist_ok=True)
    config.architectures = [type(model).__name__]
    config.save_pretrained(path)
    save_file(weights, os.path.join(path, "model.safetensors"), {"format": "pt"})
    arch = "gemma3" if model_type == "gemma3_text" else model_type
    write_gguf(os.path.join(path, folder + ".gguf"), arch, config, weights)
    from transformers.modeling_gguf_pytorch_utils import load_gguf_checkpoint
    read = load_gguf_checkpoint(os.path.join(path, folder + ".gguf"), return_tensors=True, model_to_load=model)
    for name, t in read["tensors"].items():
        if name in weights:
            assert torch.equal(t, weights[name]), (folder, name)
    missing = set(weights) - set(read["tensors"])
    print(folder, read["config"], "not read by transformers:", missing)


def hashes(folder):
    result = {}
    for file in sorted(os.listdir(folder)):
        if file.endswith(".safetensors"):
            with safe_open(os.path.join(folder, file), "pt") as f:
                for k in f.keys():
                    result[k] = hashlib.sha256(f.get_tensor(k).float().numpy().astype("<f4").tobytes()).hexdigest()
    return result


if __name__ == "__main__":
    for folder, (model_type, options) in MODELS.items():
        make(folder, model_type, options)
    models = os.path.join(HERE, "..", "models")
    with open(os.path.join(HERE, "hashes.json"), "w") as f:
        json.dump({m: hashes(os.path.join(models, m)) for m in ("llama", "mistral", "qwen2-bf16")}, f, indent=1)
