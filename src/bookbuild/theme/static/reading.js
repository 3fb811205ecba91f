// Help to read a long page: mark the current section, make boxes scroll by keyboard.
{
  // Mark the section in view in the contents; on a phone, close them after a click.
  const contents = document.getElementById("contents");
  const links = new Map();
  for (const link of contents.querySelectorAll('a[href^="#"]')) {
    const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (section) links.set(section, link);
    link.addEventListener("click", () => contents.hidePopover?.());
  }
  const mark = () => {
    let read = null;
    for (const section of links.keys()) {
      if (section.getBoundingClientRect().top < innerHeight / 3) read = section;
    }
    for (const [section, link] of links) {
      if (section === read) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; mark(); });
  }, { passive: true });
  mark();

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
