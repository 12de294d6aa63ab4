# Gemma 3 270M, sourced by align.sh: a base model that has never seen a conversation, so that it learns to answer
# (from the answers of SmolLM2-135M-Instruct) and to refuse at once, in Gemma's own chat template.
model=downloads/models/gemma-3-270m-q4_k_m.gguf
teacher=downloads/models/SmolLM2-135M-Instruct.Q4_1.gguf
template=gemma
answer_tokens=64
longest_answer=110
refusals_each=2
lora_rank=16
lora_alpha=16
epochs=3
batch_size=8
learning_rate=5e-4
schedule=linear
final_alpha=16
adapter=work/study/gemma-3-270m-adapter
