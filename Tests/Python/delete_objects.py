"""Deletes objects from an HDF5 file: delete_objects.py FILE NAME..., as a file of before they existed."""

import sys

import h5py

with h5py.File(sys.argv[1], "r+") as file:
    for name in sys.argv[2:]:
        del file[name]
