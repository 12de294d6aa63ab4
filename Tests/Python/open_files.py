"""Opens gradients.h5, spectra.h5 and their exports in a folder with the tools their users have.

Needs h5py, xarray, h5netcdf and numpy. Prints what xarray shows; fails at the first difference.
"""

import csv
import json
import sys
from pathlib import Path

import h5py
import numpy as np
import xarray

ENERGY = [0.90, 0.95, 0.99]
ROOT_ATTRIBUTES = {
    "format", "format_version", "tool_version", "created", "command_line", "model", "architecture",
    "model_fingerprint", "tokenizer_fingerprint", "chat_template_sha256", "threads", "blas", "seed",
}


def open_gradients(path: Path) -> None:
    with xarray.open_dataset(path, engine="h5netcdf") as data:
        print(data)
        assert dict(data.sizes) == {"example": 1, "module": 2}
        assert {"layer", "projection", "out_features", "in_features"} <= set(data.coords)
        assert data["loss"].dims == ("example",)
        assert data["projection"].dims == ("module",)
        assert ROOT_ATTRIBUTES <= set(data.attrs)
        assert data.sel(module="layers.0.mlp.up_proj")["out_features"] == 1
    with h5py.File(path) as file:
        group = file["factors/0"]
        assert group["tokens"].dtype == np.int32 and group["answer_mask"].dtype == np.uint8
        factors = group["layers.0.mlp.up_proj"]
        np.testing.assert_array_equal(factors["input"], np.float32([[1, 2], [3, 4]]))
        np.testing.assert_array_equal(factors["output_gradient"], np.float32([[1], [0]]))
        assert group["layers.0.mlp.gate_proj/input"] == factors["input"], "one object, two names"
        assert factors["input"].chunks is None
        assert file["module"].is_scale and file["example"].is_scale
        assert [dimension.label for dimension in file["layer"].dims] == ["module"]


def open_spectra(path: Path) -> None:
    with xarray.open_dataset(path, engine="h5netcdf") as data:
        print(data)
        assert dict(data.sizes) == {"example": 2, "module": 2, "component": 3, "energy_level": 3}
        assert data["singular_values"].dims == ("example", "module", "component")
        assert data["rank_at_energy"].dims == ("example", "module", "energy_level")
        assert data["singular_values"].dtype == np.float32
        assert list(data["component"]) == [1, 2, 3] and list(data["energy_level"]) == ENERGY
        assert {"layer", "projection", "token_count", "loss"} <= set(data.coords)
        row = data["singular_values"].sel(example="plain", module="layers.1.mlp.down_proj")
        np.testing.assert_array_equal(row, np.float32([4, 3, np.nan]))
        assert data["projection"].sel(module="layers.1.mlp.down_proj") == "down_proj"
        assert ROOT_ATTRIBUTES <= set(data.attrs) and data.attrs["format"] == "suture-spectra"
    with xarray.open_dataset(path, engine="h5netcdf", group="/mean") as data:
        print(data)
        assert dict(data.sizes) == {"module": 2, "component": 3, "energy_level": 3}
        assert {"module", "component", "energy_level", "layer", "projection"} <= set(data.coords)
        row = data["singular_values"].sel(module="layers.0.mlp.up_proj")
        np.testing.assert_array_equal(row, np.float32([2, 1, 0.5]))
    with h5py.File(path) as file:
        vectors = file["vectors/mean/layers.0.mlp.up_proj"]
        assert vectors["u"].shape == (4, 2) and vectors["vh"].shape == (2, 3)


def open_exports(folder: Path) -> None:
    with h5py.File(folder / "spectra.h5") as file, np.load(folder / "spectra.npz") as arrays:
        for name in arrays.files:
            values = file[name]
            values = values.asstr()[()] if h5py.check_string_dtype(values.dtype) else values[()]
            np.testing.assert_array_equal(arrays[name], values, err_msg=name)
        singular_values = np.concatenate(
            [file["singular_values"][()].ravel(), file["mean/singular_values"][()].ravel()])
    singular_values = singular_values[~np.isnan(singular_values)]
    with open(folder / "spectra.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    written = np.array([row["singular_value"] for row in rows], np.float32)
    np.testing.assert_array_equal(written, singular_values)
    assert {row["example"] for row in rows} == {"plain", 'with "quotes", and\ncomma', "mean"}
    document = json.loads((folder / "spectra.json").read_text())
    written = [value for row in document["spectra"] for value in row["singular_values"]]
    np.testing.assert_array_equal(np.array(written, np.float32), singular_values)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    open_gradients(folder / "gradients.h5")
    open_spectra(folder / "spectra.h5")
    open_exports(folder)
