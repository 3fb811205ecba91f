"""Run the chapters' cells, keep their outputs, and make nodes of them."""
