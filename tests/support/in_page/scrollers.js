// Boxes that scroll on their own, and that a keyboard can't get into.
() =>
  [...document.querySelectorAll("body *")]
    .filter((element) => {
      const { overflowX, overflowY } = getComputedStyle(element);
      const scrolls = (how) => how === "auto" || how === "scroll";
      const wide = element.scrollWidth > element.clientWidth + 1 && scrolls(overflowX);
      const high = element.scrollHeight > element.clientHeight + 1 && scrolls(overflowY);
      return element.checkVisibility({ visibilityProperty: true }) && (wide || high);
    })
    .filter((box) => box.tabIndex < 0)
    .filter((box) => !box.querySelector("a[href], button, input, summary"))
    .map((box) => `${box.localName}.${box.className} scrolls, but gets no focus`)
