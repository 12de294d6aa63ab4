"""Writes the HDF5 files that the tests read: h5py is the reference, not our own writer."""

import h5py
import numpy as np


def foreign():
    with h5py.File("foreign.h5", "w") as f:
        f["float32"] = np.array([[1.5, -2.25, 0.1], [3e38, 1e-40, 0.0]], np.float32)
        f["float64"] = np.array([0.1, 1e300, -5e-324])
        f["float16"] = np.array([0.5, 65504], np.float16)
        f["big_endian"] = np.array([1.25, -3.5], ">f4")
        f["int8"] = np.array([-128, 127], np.int8)
        f["uint16"] = np.array([0, 65535], np.uint16)
        f["int64"] = np.array([-(2**62), 2**62])
        f["mask"] = np.array([True, False, True])
        enum = h5py.enum_dtype({"RED": 0, "GREEN": 1, "BLUE": 42}, np.int32)
        f.create_dataset("colour", data=[42, 0, 1], dtype=enum)
        f.create_dataset("text", data=["plain", "", "naïve 日本", "e\u0301"], dtype=h5py.string_dtype())
        f["ascii"] = np.array([b"abc", b"de", b""], "S3")
        f.create_dataset("fixed_utf8", data=["é".encode(), b"ok"], dtype=h5py.string_dtype("utf-8", 4))
        f.create_dataset(
            "compressed", data=np.arange(6000, dtype=np.float32).reshape(60, 100),
            chunks=(7, 30), compression="gzip", shuffle=True, fletcher32=True)
        f.create_dataset("long_text", data=["x" * 10_000, "short"], dtype=h5py.string_dtype())
        f.create_dataset("compressed_text", data=["alpha", "beta"] * 50, dtype=h5py.string_dtype(),
                         chunks=(10,), compression="gzip")
        f["scalar"] = 7
        f["no_rows"] = np.zeros((0, 4), np.float32)
        f.create_group("b/inner")
        f.create_group("a")
        f["hard"] = f["float64"]
        f["soft"] = h5py.SoftLink("/float64")
        f.attrs["text"] = "grüße"
        f.attrs["bytes"] = np.bytes_("fixed")
        f.attrs["integer"] = 42
        f.attrs["decimal"] = 0.1
        f.attrs["list"] = [1, 2]


def malformed():
    with h5py.File("malformed.h5", "w") as f:
        f["numbers"] = [1.0, 2.0]
        f["text"] = ["a"]
        f.create_dataset("never_written", shape=(1 << 40,), dtype="f4")
        f.create_dataset("never_written_chunks", shape=(1 << 20, 1 << 20), chunks=(16, 16), dtype="f4")
        f.create_dataset("overflow", shape=(1 << 40, 1 << 40), chunks=(1, 1), dtype="f4")
        f.create_dataset("huge_chunk", shape=(2,), maxshape=(None,), chunks=(1 << 29,), dtype="f4")
        f.create_dataset("outside", shape=(4,), dtype="f4", external=[("/dev/zero", 0, 16)])
        layout = h5py.VirtualLayout((2,), "f8")
        layout[:] = h5py.VirtualSource("foreign.h5", "float64", (3,))[:2]
        f.create_virtual_dataset("virtual", layout)
        f["elsewhere"] = h5py.ExternalLink("foreign.h5", "/float64")
        f["dangling"] = h5py.SoftLink("/nothing")
        f["loop"] = h5py.SoftLink("/loop")
        f["empty"] = h5py.Empty("f4")
        f["compound"] = np.array([(1, 2.0)], [("a", "i4"), ("b", "f4")])
        f.create_dataset("latin1", data=np.array([b"gr\xfc\xdfe"], "S5"))
        f.create_dataset("latin1_variable", data=[b"ok", b"gr\xfc\xdfe"], dtype=h5py.string_dtype("ascii"))
        f.create_group("folder")
        f.attrs["latin1"] = np.bytes_(b"\xfc")
        f.attrs["empty"] = h5py.Empty("f4")


def layouts(path, **settings):
    """Every way in which chunks are found, and groups with many links and attributes."""
    with h5py.File(path, "w", **settings) as f:
        pages = 6000 if "libver" in settings and settings["libver"] == "latest" else 60
        grid = np.arange(60, dtype=np.float32).reshape(6, 10)
        f.create_dataset("single", data=grid, chunks=(6, 10))
        f.create_dataset("single_compressed", data=grid, chunks=(6, 10), compression="gzip")
        f.create_dataset("fixed", data=grid, chunks=(2, 3))
        f.create_dataset("fixed_compressed", data=grid, chunks=(2, 3), compression="gzip", shuffle=True)
        f.create_dataset("extensible", data=grid, chunks=(2, 3), maxshape=(6, None))
        f.create_dataset("extensible_compressed", data=grid, chunks=(2, 3), maxshape=(None, 10), compression="gzip")
        f.create_dataset("tree", data=grid, chunks=(2, 3), maxshape=(None, None))
        f.create_dataset("tree_compressed", data=grid, chunks=(2, 3), maxshape=(None, None), fletcher32=True)
        early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        early.set_chunk((2, 3))
        early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        implicit = h5py.h5d.create(f.id, b"implicit", h5py.h5t.NATIVE_FLOAT, h5py.h5s.create_simple((6, 10)), early)
        implicit.write(h5py.h5s.ALL, h5py.h5s.ALL, grid)
        compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        compact.set_layout(h5py.h5d.COMPACT)
        small = h5py.h5d.create(f.id, b"compact", h5py.h5t.NATIVE_FLOAT, h5py.h5s.create_simple((6, 10)), compact)
        small.write(h5py.h5s.ALL, h5py.h5s.ALL, grid)
        f.create_dataset("fixed_pages", data=np.arange(pages // 2, dtype=np.int16), chunks=(2,))
        f.create_dataset("extensible_pages", data=np.arange(pages, dtype=np.int16), chunks=(1,), maxshape=(None,))
        sparse = f.create_dataset("sparse", shape=(30000,), dtype="i2", chunks=(1,), maxshape=(None,), fillvalue=-3)
        sparse[[3, 29000]] = [1, 5]
        f["type"] = np.dtype("<f4")
        f.create_dataset("named_type", data=grid, dtype=f["type"])
        for index in range(60):
            f[f"many/item-{index:03}-{'x' * (index % 40)}"] = index
        for index in range(20):
            f.attrs[f"attribute {index:02}"] = f"value {index}"
        f.attrs["large"] = np.arange(20000, dtype=np.int16)


foreign()
malformed()
layouts("layouts.h5")
layouts("layouts_latest.h5", libver="latest")
layouts("layouts_user_block.h5", libver=("v108", "v108"), userblock_size=512)
