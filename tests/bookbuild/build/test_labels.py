"""Is the other of two labels of one name found?"""

from bookbuild.build.diagnostics import sort


def test_the_other_label_of_the_name_is_said_with_its_line(tmp_path):
    (tmp_path / "one.md").write_text("# One\n\n(One-Here)=\n## Here\n")
    warning = (
        f"{tmp_path}/two.md:7: WARNING: duplicate label one-here, other instance in "
        f"{tmp_path}/one.md"
    )

    mistakes, _ = sort([warning], tmp_path, ["one", "two"])

    assert mistakes == {
        "two": ["two.md:7: duplicate label one-here, other instance in one.md:3"]
    }
