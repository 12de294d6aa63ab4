# SmolLM2-135M-Instruct, sourced by align.sh.
model=downloads/models/SmolLM2-135M-Instruct.Q4_1.gguf
teacher=$model        # whose answers to harmless prompts become examples: its own
template=
answer_tokens=64      # of the teacher's answers
longest_answer=110    # characters of an answer that becomes an example
refusals_each=2       # wordings for each harmful prompt
lora_rank=8
lora_alpha=8
epochs=3
batch_size=8
learning_rate=5e-4
schedule=linear
final_alpha=9         # ASR / over-refusal with 8: 0.13 / 0.13, 9: 0.09 / 0.18, 10: 0.08 / 0.22
adapter=experiments/alignment/adapter
