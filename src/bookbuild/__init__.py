"""The bookbuild: how the book is made. Chapters never import it."""
