"""Draw repeated runs as dots."""

from collections.abc import Mapping

from ..measurement import Measurement
from ..samples import Sample
from .figure import LANE, Block, Picture, Scale, figure, table, title_of, titled


def dot_plot(measured: Measurement | Mapping[str, Sample]) -> Picture:
    """Draw all runs of some samples: a lane for each sample, a dot for each run.

    The bar across a lane marks the median.
    """
    given = measured.samples if isinstance(measured, Measurement) else measured
    samples = {title_of(name): sample for name, sample in given.items()}
    scale = Scale.up_to(max(max(sample.walls) for sample in samples.values()))
    blocks = []
    for title, sample in samples.items():
        marks = [
            f'<line x1="0" x2="100%" y1="{LANE / 2}" y2="{LANE / 2}" '
            'stroke="currentColor" stroke-opacity=".25"/>',
            f'<rect x="{scale.at(sample.median)}" y="0" width="2" height="{LANE}" '
            'fill="currentColor"/>',
        ]
        marks += [
            f'<circle cx="{scale.at(wall)}" cy="{LANE / 2}" r="4.5" fill="#56b4e9" '
            'fill-opacity=".6" stroke="currentColor" stroke-opacity=".7"/>'
            for wall in sample.walls
        ]
        blocks.append(Block({"title": title}, marks, LANE))
    rows = [
        (title, " ".join(f"{wall:.3g}" for wall in sample.walls))
        for title, sample in samples.items()
    ]
    summary = [titled(title, sample.summary()) for title, sample in samples.items()]
    return figure("dots", blocks, scale, summary, table(("runs",), rows))
