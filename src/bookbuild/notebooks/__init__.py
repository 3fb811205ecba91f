"""Chapters as notebooks, to download and for JupyterLab."""
