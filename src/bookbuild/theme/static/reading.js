// Help to read a long page: mark the current section, make boxes scroll by keyboard.
{
  // Return the last of these sections that begins above what is read now.
  const reached = (sections) => [...sections]
    .findLast((section) => section.getBoundingClientRect().top < innerHeight / 3);

  // Mark the section in view in the contents; on a phone, close them after a click.
  const contents = document.getElementById("book_contents");
  const links = new Map();
  for (const link of contents.querySelectorAll('a[href^="#"]')) {
    const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (section) links.set(section, link);
    link.addEventListener("click", () => contents.hidePopover?.());
  }
  const mark = () => {
    const read = links.get(reached(links.keys()));
    for (const link of links.values()) link.ariaCurrent = link === read ? "true" : null;
  };
  addEventListener("scroll", mark, { passive: true });  // at most once a frame
  mark();

  // Point links to other editions at the section in view, and remember the choice.
  for (const link of document.querySelectorAll("a.edition")) {
    const aim = () => {
      const sections = document.querySelectorAll("article section[id]");
      link.hash = scrollY > innerHeight / 3 ? reached(sections)?.id ?? "" : "";
    };
    link.addEventListener("pointerdown", aim);
    link.addEventListener("focus", aim);
    link.addEventListener("click", () => {
      aim();
      storage?.setItem("edition", link.dataset.edition);
    });
  }

  // Open the folded part that an address leads into: not every browser does.
  const unfold = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    let folded = target.parentElement?.closest("details:not([open])");
    if (!folded) return;
    for (; folded; folded = folded.parentElement.closest("details")) folded.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  unfold();

  // Make a box focusable if its content overflows, so that the keyboard scrolls it.
  const boxes = "pre, .math, .numbers, .output.text_html, .pst-scrollable-table-container";
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const fits = target.scrollWidth <= target.clientWidth
        && target.scrollHeight <= target.clientHeight;
      if (fits) target.removeAttribute("tabindex");
      else target.tabIndex = 0;
    }
  });
  const article = document.querySelector("article");
  const look = () => {
    for (const box of article.querySelectorAll(`:is(${boxes})`)) watch.observe(box);
  };
  new MutationObserver(look).observe(article, { childList: true, subtree: true });
  look();
}
