"""Has each claim of the book a broken variant that makes it fail?"""

from pathlib import Path

import variants

HERE = Path(__file__).parent


def test_each_claim_has_a_test_of_its_name():
    texts = "".join(path.read_text("utf8") for path in HERE.glob("test_*.py"))
    missing = [
        claim
        for claim in variants.checks()
        if f"def test_{claim.replace('-', '_')}(" not in texts
    ]

    assert not missing, (
        f"tests/book/variants has no test called like these claims: {missing}"
    )
