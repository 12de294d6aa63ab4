// Grows with its first file.
