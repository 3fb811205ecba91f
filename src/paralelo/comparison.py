"""Whether two results are the same, even where == doesn't tell."""

from contextlib import suppress
from typing import Any


def same(one: Any, other: Any) -> bool:
    """Compare like ==, but NaN is the same as NaN, and an array the same as its copy.

    Arrays and frames, such as those of numpy and pandas, are recognized by what they
    can do, because these packages may not be installed.

    Raises TypeError if the two can't be compared.
    """
    alike = type(one) is type(other)
    if alike and isinstance(one, list | tuple | dict):
        with suppress(Exception):  # there's an array in it
            if one == other:  # far quicker than one by one
                return True
        if isinstance(one, dict):
            return one.keys() == other.keys() and all(
                same(value, other[key]) for key, value in one.items()
            )
        return len(one) == len(other) and all(map(same, one, other))
    try:
        if alike and hasattr(type(one), "equals"):  # a frame: NaN is NaN there, too
            return bool(one.equals(other))
        return one is other or _equal_or_nan(one, other)
    except Exception as error:
        raise TypeError(
            f"results of type {type(one).__name__} can't be compared with == "
            f"({type(error).__name__}); let the task return numbers, text, or lists"
        ) from error


def _equal_or_nan(one: Any, other: Any) -> bool:
    if getattr(one, "shape", ()) != getattr(other, "shape", ()):
        return False  # numpy would repeat the smaller one, or raise
    equal = one == other
    if hasattr(type(equal), "all"):  # an array: of each element, whether it's equal
        return bool((equal | ((one != one) & (other != other))).all())
    return bool(equal or (one != one and other != other))
