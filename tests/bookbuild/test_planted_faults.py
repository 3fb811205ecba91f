"""Check that each planted fault has its code to change, and its test."""

import pytest

from planted_faults import FAULTS, ROOT, is_defined, occurrences

EVERY = [fault for faults in FAULTS.values() for fault in faults]
each = pytest.mark.parametrize("fault", EVERY, ids=lambda fault: fault.name)


@each
def test_the_code_to_change_is_in_the_file_once(fault):
    assert occurrences(fault, ROOT) == 1
    assert fault.new != fault.old


@each
def test_the_test_that_must_catch_it_exists(fault):
    assert is_defined(fault.test, ROOT)


def test_every_name_is_used_once():
    names = [*FAULTS, *(fault.name for fault in EVERY)]

    assert len(names) == len(set(names))
