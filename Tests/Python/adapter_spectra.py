"""Compares a decomposed adapter with the changes that PEFT makes of it: MODEL ADAPTER SPECTRA.h5."""

import sys

import h5py
import numpy as np
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

base = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float32)
model = PeftModel.from_pretrained(base, sys.argv[2])
changes = {
    name.removeprefix("base_model.model.model."): layer.get_delta_weight("default").double().detach().numpy()
    for name, layer in model.named_modules()
    if hasattr(layer, "get_delta_weight")
}
with h5py.File(sys.argv[3]) as file:
    names = [name.decode() for name in file["module"][:]]
    assert sorted(names) == sorted(changes), (names, sorted(changes))
    assert list(file["layer"][:]) == sorted(file["layer"][:])
    assert np.isnan(file["loss"][0]) and file["token_count"][0] == 0
    for index, name in enumerate(names):
        change = changes[name]
        values = np.linalg.svd(change, compute_uv=False)
        found = file["singular_values"][0, index]
        rank = file["rank_bound"][0, index]
        assert np.isnan(found[rank:]).all()
        # PEFT forms the change in float32.
        np.testing.assert_allclose(found[:rank], values[:rank], atol=1e-6 * values[0])
        assert np.all(values[rank:] < 1e-5 * values[0])
        vectors = file[f"vectors/0/{name}"]
        formed = (vectors["u"][:] * found[:rank]) @ vectors["vh"][:]
        assert np.abs(formed - change).max() < 2e-6 * values[0]
        assert file["residual"][0, index] < 1e-6
