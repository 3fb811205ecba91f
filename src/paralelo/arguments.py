"""What functions refuse at the door: impossible numbers, and coroutines unawaited.

Every spawned worker imports this module, so it imports next to nothing.
"""

import math
import operator
from collections.abc import Callable
from functools import partial
from types import AsyncGeneratorType, CoroutineType, FunctionType
from typing import Any


def check_count(name: str, value: Any, least: int = 1) -> int:
    """Return `value` as an int, and numpy's integers, too.

    Raises TypeError if it isn't a whole number, and ValueError if it's below `least`.
    """
    try:
        count = operator.index(value)
    except TypeError:
        count = None
    if count is None or isinstance(value, bool):
        raise TypeError(f"{name} must be a whole number, got {value!r}")
    if count < least:
        wanted = f"be at least {least}" if least else "not be negative"
        raise ValueError(f"{name} must {wanted}, got {value!r}")
    return count


def check_finite(name: str, value: Any, *, zero: bool = True) -> None:
    """Raise ValueError if `value` is NaN, infinite or negative, or 0 without `zero`.

    Raises TypeError if it isn't a number.
    """
    try:
        finite = math.isfinite(value)
    except TypeError:
        raise TypeError(f"{name} must be a number, got {value!r}") from None
    if not finite or value < 0 or not (value or zero):
        wanted = "not negative" if zero else "more than 0"
        raise ValueError(f"{name} must be finite and {wanted}, got {value!r}")


def is_function(function: Any, *kinds: Callable[[Any], bool]) -> bool:
    """Return whether a call of `function` calls one of these `kinds` of functions.

    The kinds are `inspect`'s, such as `iscoroutinefunction`. A partial calls the
    function that it's made of, and an object its class's ``__call__``.
    """
    while isinstance(function, partial):
        function = function.func
    called = getattr(type(function), "__call__", None)  # noqa: B004 (not whether)
    own = [called] if isinstance(called, FunctionType) else []
    return any(kind(each) for kind in kinds for each in (function, *own))


def refuse_coroutine(function: Any, result: Any) -> Any:
    """Return `result`; raise TypeError if it's a coroutine, in which nothing has run.

    Of some functions, such as lambdas, only the result tells.
    """
    if not isinstance(result, CoroutineType | AsyncGeneratorType):
        return result
    if isinstance(result, CoroutineType):
        result.close()  # or Python would warn that it was never awaited
    raise TypeError(
        f"{function!r} returned a coroutine, and nothing here awaits it; "
        "only Async runs coroutine functions"
    )


class Plain:
    """Call a function, and refuse a coroutine in place of its result; picklable."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def __call__(self, item: Any) -> Any:
        return refuse_coroutine(self.function, self.function(item))
