"""Compress files in a pool of threads: next to each FILE, write a FILE.gz."""

import gzip
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def compress(name: str) -> int:
    packed = gzip.compress(Path(name).read_bytes())
    return Path(f"{name}.gz").write_bytes(packed)


def main(names: list[str]) -> None:
    with ThreadPoolExecutor(max_workers=4) as pool:
        for name, size in zip(names, pool.map(compress, names), strict=True):
            print(Path(name).name, "compressed to", size, "bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
