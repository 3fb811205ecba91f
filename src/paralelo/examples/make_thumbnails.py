"""Make thumbnails of photos (grey PGM files of 1000 × 1000 pixels) in processes."""

import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

SIDE, BLOCK = 1000, 10  # pixels


def make_thumbnail(path: str) -> str:
    photo = Path(path).read_bytes()[-SIDE * SIDE :]  # the pixels, without the header
    thumbnail = bytearray(b"P5 100 100 255\n")
    for top in range(0, SIDE, BLOCK):
        for left in range(0, SIDE, BLOCK):
            starts = range(SIDE * top + left, SIDE * (top + BLOCK), SIDE)
            total = sum(sum(photo[start : start + BLOCK]) for start in starts)
            thumbnail.append(total // BLOCK**2)
    small = Path(path).with_suffix(".small.pgm")
    small.write_bytes(thumbnail)
    return small.name


def main(paths: list[str]) -> None:
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for name in pool.map(make_thumbnail, paths):
            print(name)


if __name__ == "__main__":
    main(sys.argv[1:])
