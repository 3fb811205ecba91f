"""Serve the book with kernels, and build it again at each save."""
