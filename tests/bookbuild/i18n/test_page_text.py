"""Is all of a page found that is said in a language, and nothing else?"""

import pytest

from page_text import prose


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("<p>One <em>two</em> <a href='x'>three</a>.</p>", ["One two three."]),
        ("<p>Call <code>f()</code> now</p><p>B</p>", ["Call … now", "B"]),
        ("<ul><li>A</li><li>B</li></ul>", ["A", "B"]),
        ("<p>A<br>B</p>", ["A", "B"]),
        ("<pre>code <span>more</span></pre><p>A</p>", ["A"]),
        ("<script>let it = 1;</script><style>p {}</style>", []),
        ("<math><mi>n</mi><mo>+</mo></math>", []),
        ("<p>With <math><mi>n</mi></math> tasks</p>", ["With … tasks"]),
        ("<p>12.5 %</p>", []),
        ("<button title='Close it'>×</button>", ["Close it"]),
        ("<img alt='A cat' src='cat.png'>", ["A cat"]),
        (
            "<svg aria-label='Two\nlanes'><text>0.5 s</text></svg>",
            ["Two\nlanes", "0.5 s"],
        ),
        ("<svg><text class='title'>alone</text></svg>", []),
        ("<tr><td class='title'>alone</td><td>1 s</td></tr>", ["1 s"]),
        ("<p class='title'>Note</p>", ["Note"]),
        ("<meta name='description' content='x'><title>T</title>", ["T"]),
        ("<p>A <img src='a.png'> B", ["A", "B"]),
        ("<pre>a<br/>the code</pre><p>A</p>", ["A"]),
    ],
)
def test_a_pages_texts_come_in_blocks_without_code(html, blocks):
    assert prose(html) == blocks
