"""Writes with NumPy the arrays that the export of a tiny gradients file must contain."""

import numpy as np

arrays = {
    "example": np.array(["x"]),
    "module": np.array(["layers.0.mlp.up_proj"]),
    "in_features": np.array([2], np.int32),
    "answer_token_count": np.array([1], np.int32),
    "loss": np.array([0.1]),
    "factors_0_input": np.array([[1, 2], [3, 4]], np.float32),
}
for name, array in arrays.items():
    np.save(f"arrays/{name}.npy", array)
