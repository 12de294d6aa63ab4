"""Scores of candidates from gradients that PyTorch forms in float64, and SciPy's rank correlations.

  python3 make_selection_reference.py ../Fixtures

Writes selection/reference.json: candidates, an attack's examples and harmless answers for the tiny Llama, their
losses, the inner products of their gradients over all linear weights of the decoder layers, and the scores as
`GradientScores` defines them; and statistics/spearman.json. Needs numpy, scipy, torch and transformers.
"""

import json
import pathlib
import random
import sys

import numpy
import scipy.stats
import torch
from transformers import AutoModelForCausalLM

VOCABULARY = 256
SHAPES = {"candidates": [(9, 4), (14, 3), (7, 5), (11, 6), (100, 90), (117, 110)],
          "attack": [(8, 3), (100, 70), (12, 4)],
          "answers": [(13, 5), (90, 80), (10, 8), (96, 91)]}


def draw(shapes, generator):
    return [([generator.randrange(VOCABULARY) for _ in range(tokens)], prompt)
            for tokens, prompt in shapes]


def gradient(model, weights, tokens, prompt):
    model.zero_grad()
    ids = torch.tensor([tokens])
    logits = model(ids).logits[0]
    loss = torch.nn.functional.cross_entropy(logits[prompt - 1:-1], ids[0, prompt:])
    loss.backward()
    return loss.item(), torch.cat([weight.grad.flatten() for weight in weights]).numpy()


def cosine(one, other):
    return float(one @ other / numpy.linalg.norm(one) / numpy.linalg.norm(other))


def scores(candidates, attack, answers, lengths):
    result = {"alignment": [], "opposition": [], "predicted_drop": [], "predicted_kl": []}
    hostile = numpy.mean(attack, axis=0)
    for index, own in enumerate(candidates):
        others = numpy.mean(numpy.delete(candidates, index, axis=0), axis=0)
        direction = own / numpy.linalg.norm(own)
        result["alignment"].append(cosine(own, others))
        result["opposition"].append(-cosine(own, hostile))
        result["predicted_drop"].append(float(others @ direction))
        result["predicted_kl"].append(float(numpy.mean(
            [count * (answer @ direction) ** 2 / 2 for answer, count in zip(answers, lengths)])))
    return result


def spearman(generator):
    cases = []
    for count, values in [(2, 9), (3, 2), (5, 100), (8, 3), (12, 4), (40, 1000), (6, 1)]:
        first, second = ([float(generator.randrange(values)) for _ in range(count)] for _ in "ab")
        value = scipy.stats.spearmanr(first, second).statistic
        cases.append({"first": first, "second": second,
                      "spearman": None if numpy.isnan(value) else float(value)})
    return cases


def main(fixtures):
    folder = pathlib.Path(fixtures) / "selection"
    folder.mkdir(exist_ok=True)
    generator = random.Random(7)
    model = AutoModelForCausalLM.from_pretrained(
        pathlib.Path(fixtures) / "models" / "llama", dtype=torch.float64, attn_implementation="eager")
    weights = [parameter for name, parameter in model.named_parameters() if "_proj." in name]
    examples = {kind: draw(shapes, generator) for kind, shapes in SHAPES.items()}
    losses, gradients = {}, {}
    for kind, members in examples.items():
        found = [gradient(model, weights, *member) for member in members]
        losses[kind] = [loss for loss, _ in found]
        gradients[kind] = numpy.array([vector for _, vector in found])
    everything = numpy.concatenate(list(gradients.values()))
    lengths = [len(tokens) - prompt for tokens, prompt in examples["answers"]]
    (folder / "reference.json").write_text(json.dumps(
        {"examples": examples, "losses": losses, "products": (everything @ everything.T).tolist(),
         "scores": scores(*gradients.values(), lengths)}) + "\n")
    (folder.parent / "statistics" / "spearman.json").write_text(json.dumps(spearman(generator)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
