"""Serve the book with kernels, and build it again at each save.

- `application`: answer requests for the site's files, for its user only.
- `forkserver`: run a build in a fork of a process that has imported the packages.
- `kernels`: start kernels for open pages, behind Jupyter's authentication.
- `rebuild`: watch the sources, and build after each save.
- `serve`: run the server and the builds until Ctrl-C.
"""
