"""Planted subspaces, and what NumPy and SciPy make of them.

compare_subspaces.py write G.h5       a gradients file with known overlaps, written by h5py
compare_subspaces.py check G.h5 C.h5  compares a comparison of it with the formed gradients
compare_subspaces.py difference G.h5 C.h5 MODEL [ADAPTER] OTHER
                                      the same of a comparison with the difference of two models' weights
"""

import sys

import h5py
import numpy as np
from scipy.linalg import subspace_angles

SHAPES = {"layers.0.self_attn.q_proj": (24, 20), "layers.7.mlp.down_proj": (16, 30)}
VALUES = np.array([6, 5, 4, 3, 2, 1.0])
# Of example 2 with example 0, component by component.
ANGLES = np.array([1e-5, 0.3, 0.7, 1.0, 1.3, np.pi / 2])
IDS = ["base", "shares two", "turned", "same left"]


def bases(out: int, width: int, random: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    u = np.linalg.qr(random.standard_normal((out, out)))[0]
    v = np.linalg.qr(random.standard_normal((width, width)))[0]

    def turned(basis: np.ndarray) -> np.ndarray:
        return basis[:, :6] * np.cos(ANGLES) + basis[:, 6:12] * np.sin(ANGLES)

    return [
        (u[:, :6], v[:, :6]),
        (np.hstack([u[:, :2], u[:, 6:10]]), np.hstack([v[:, :2], v[:, 6:10]])),
        (turned(u), turned(v)),
        (u[:, :6], v[:, 6:12]),
    ]


def write(path: str) -> None:
    random = np.random.default_rng(5)
    text = h5py.string_dtype()
    with h5py.File(path, "w") as file:
        file.attrs["format"] = "suture-gradients"
        file.attrs["format_version"] = 1
        file["example"] = np.array(IDS, dtype=text)
        file["token_count"] = np.full(4, 6, np.int32)
        file["answer_token_count"] = np.full(4, 6, np.int32)
        file["loss"] = np.ones(4)
        file["module"] = np.array(list(SHAPES), dtype=text)
        file["layer"] = np.array([0, 7], np.int32)
        file["projection"] = np.array(["q_proj", "down_proj"], dtype=text)
        file["out_features"] = np.array([s[0] for s in SHAPES.values()], np.int32)
        file["in_features"] = np.array([s[1] for s in SHAPES.values()], np.int32)
        for name, (out, width) in SHAPES.items():
            for index, (u, v) in enumerate(bases(out, width, random)):
                group = file.require_group(f"factors/{index}")
                if "tokens" not in group:
                    group["tokens"] = np.arange(6, dtype=np.int32)
                    group["answer_mask"] = np.ones(6, np.uint8)
                group[f"{name}/output_gradient"] = (u * VALUES).T.astype(np.float32)
                group[f"{name}/input"] = v.T.astype(np.float32)


def formed(file: h5py.File, index: int, name: str) -> np.ndarray:
    group = file[f"factors/{index}/{name}"]
    return np.float64(group["output_gradient"][:]).T @ np.float64(group["input"][:])


def check(gradients: str, comparison: str) -> None:
    worst = {"overlap": 0.0, "angle": 0.0, "cosine": 0.0}
    with h5py.File(gradients) as g, h5py.File(comparison) as c:
        assert c.attrs["format"] == "suture-comparison" and c.attrs["format_version"] == 1
        names = [n.decode() for n in c["module"][:]]
        assert names == list(SHAPES)
        ranks = list(c["rank"][:])
        assert ranks == [1, 2, 4] and c["angle_u"].shape[2] == 4
        first = [n.decode() for n in c["first"][:]]
        second = [n.decode() for n in c["second"][:]]
        assert len(first) == 6 + 4
        for p, (a, b) in enumerate(zip(first, second)):
            for m, name in enumerate(names):
                one = formed(g, IDS.index(a), name)
                if b.startswith("mean-without:"):
                    left_out = IDS.index(b.removeprefix("mean-without:"))
                    assert left_out == IDS.index(a)
                    other = np.mean([formed(g, i, name) for i in range(4) if i != left_out], axis=0)
                else:
                    other = formed(g, IDS.index(b), name)
                u1, _, v1 = np.linalg.svd(one)
                u2, _, v2 = np.linalg.svd(other)
                for side, x, y in (("u", u1, u2), ("v", v1.T, v2.T)):
                    for r, k in enumerate(ranks):
                        truth = np.sum((x[:, :k].T @ y[:, :k]) ** 2) / k
                        worst["overlap"] = max(
                            worst["overlap"], abs(c[f"overlap_{side}"][p, m, r] - truth))
                    angles = np.sort(subspace_angles(x[:, :4], y[:, :4]))
                    worst["angle"] = max(
                        worst["angle"], np.abs(c[f"angle_{side}"][p, m] - angles).max())
                cosine = np.sum(one * other) / np.linalg.norm(one) / np.linalg.norm(other)
                worst["cosine"] = max(worst["cosine"], abs(c["cosine"][p, m] - cosine))
        # What was planted.
        planted = dict(zip(zip(first, second), range(len(first))))
        shares = planted["base", "shares two"]
        np.testing.assert_allclose(c["overlap_u"][shares], [[1, 1, 0.5]] * 2, atol=1e-6)
        turned = planted["base", "turned"]
        np.testing.assert_allclose(c["angle_v"][turned], [ANGLES[:4]] * 2, atol=1e-6)
        same = planted["base", "same left"]
        np.testing.assert_allclose(c["overlap_u"][same], 1, atol=1e-6)
        np.testing.assert_allclose(c["overlap_v"][same], 0, atol=1e-6)
        np.testing.assert_allclose(c["cosine"][same], 0, atol=1e-7)
        np.testing.assert_allclose(c["chance_u"][:], [[1 / 24, 2 / 24, 4 / 24], [1 / 16, 2 / 16, 4 / 16]])
        np.testing.assert_allclose(c["chance_v"][0], [1 / 20, 2 / 20, 4 / 20])
        # All modules as one vector.
        whole = [np.concatenate([formed(g, i, n).ravel() for n in names]) for i in (0, 2)]
        cosine = whole[0] @ whole[1] / np.linalg.norm(whole[0]) / np.linalg.norm(whole[1])
        assert abs(c["cosine_all"][turned] - cosine) < 1e-9
        relations = [r.decode() for r in c["relation"][:]]
        own = c["pair_relation"][:] == relations.index("example with example")
        np.testing.assert_allclose(c["overlap_u_mean"][0], c["overlap_u"][:][own].mean(0))
        low, high = c["overlap_u_low"][:], c["overlap_u_high"][:]
        assert np.all(low <= high) and np.all(low[0, :, 2] < high[0, :, 2])
        assert [d.label for d in c["overlap_u"].dims] == ["pair", "module", "rank"]
    print(worst)
    assert worst["overlap"] < 1e-6 and worst["angle"] < 1e-6 and worst["cosine"] < 1e-9


def difference(gradients: str, comparison: str, model: str, *rest: str) -> None:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    def weights(folder: str, adapter: str | None = None) -> dict[str, np.ndarray]:
        loaded = AutoModelForCausalLM.from_pretrained(folder)
        if adapter:
            loaded = PeftModel.from_pretrained(loaded, adapter).merge_and_unload()
        return {k: v.double().numpy() for k, v in loaded.state_dict().items()}

    *adapter, other = rest
    one, two = weights(model, *adapter), weights(other)
    with h5py.File(gradients) as g, h5py.File(comparison) as c:
        names = [n.decode() for n in c["module"][:]]
        ids = [n.decode() for n in g["example"][:]]
        assert [n.decode() for n in c["second"][:]] == ["difference"] * len(c["first"])
        largest, compared = 0.0, 0
        for m, name in enumerate(names):
            change = one[f"model.{name}.weight"] - two[f"model.{name}.weight"]
            if not change.any():  # an adapter leaves some modules alone
                assert np.isnan(c["cosine"][:, m]).all() and np.isnan(c["overlap_u"][:, m]).all()
                continue
            compared += 1
            u, s, vh = np.linalg.svd(change)
            for p, who in enumerate(n.decode() for n in c["first"][:]):
                if who not in ids:  # a mean
                    continue
                gradient = formed(g, ids.index(who), name)
                x, _, yh = np.linalg.svd(gradient)
                cosine = np.sum(gradient * change) / np.linalg.norm(gradient) / np.linalg.norm(change)
                assert abs(c["cosine"][p, m] - cosine) < 1e-5, (name, c["cosine"][p, m], cosine)
                for r, k in enumerate(c["rank"][:]):
                    # Subspaces are as well determined as the gap after them is wide.
                    if s[k - 1] - s[k] < 1e-2 * s[0]:
                        continue
                    for side, a, b in (("u", x, u), ("v", yh.T, vh.T)):
                        truth = np.sum((a[:, :k].T @ b[:, :k]) ** 2) / k
                        largest = max(largest, abs(c[f"overlap_{side}"][p, m, r] - truth))
        print(f"largest deviation of an overlap: {largest:.1e}, residual {c['residual'][:].max():.1e}")
        assert compared > 0
        # PEFT merges and checkpoints store in float32; a gap of 1e-2 turns its roundings into 1e-5.
        assert largest < 1e-4 and np.nanmax(c["residual"][:]) < 1e-6


if sys.argv[1] == "difference":
    difference(*sys.argv[2:])
elif sys.argv[1] == "write":
    write(sys.argv[2])
else:
    check(sys.argv[2], sys.argv[3])
