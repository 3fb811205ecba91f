// Note each element that gets the focus, and what is wrong with it at that moment.
// Before the first Tab: what everything looks like without the focus, to compare with.
() => {
  const LOOKS = ["outline", "boxShadow", "border", "background", "color", "fill"]
    .concat("textDecoration", "clipPath", "transform", "inset");
  const look = (element, pseudo) => {
    const style = getComputedStyle(element, pseudo);
    return LOOKS.map((name) => style[name]).join();
  };
  // A frame may be drawn around the element, or around what stands for it.
  const places = (element) => [element, ...(element.labels ?? [])];
  const looks = (element) =>
    [...places(element), element.parentElement].flatMap((mark) =>
      [null, "::before", "::after"].map((pseudo) => look(mark, pseudo)),
    );

  const WITH_FOCUS = "a[href], button, input, select, textarea, summary, [tabindex]";
  const before = new Map();
  for (const element of document.querySelectorAll(WITH_FOCUS)) {
    before.set(element, looks(element).join());
  }

  const name = (element) => {
    const words = element.innerText || element.ariaLabel || element.name || "";
    return `${element.localName} ${JSON.stringify(words.trim().slice(0, 40))}`;
  };
  const isThere = { opacityProperty: true, visibilityProperty: true };
  const faults = [], reached = new Set();

  addEventListener("focusin", ({ target }) => {
    if (reached.has(target)) return;
    reached.add(target);
    const box = target.getBoundingClientRect();
    const visible = places(target).some((place) => place.checkVisibility(isThere));
    const inside =
      box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
    if (!visible || !inside) faults.push(`${name(target)} has the focus, out of sight`);
    if (before.has(target) && before.get(target) === looks(target).join()) {
      faults.push(`${name(target)} looks the same with the focus`);
    }
    const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
    const y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
    const seen = document.elementFromPoint(x, y);
    const same = (one) => one.contains(seen) || seen.contains(one);
    if (inside && seen && !places(target).some(same)) {
      faults.push(`${name(target)} has the focus, behind ${seen.localName}`);
    }
  });

  // Of a group of radio buttons, Tab reaches the chosen one, or the first.
  const isStop = (element) => {
    if (element.tabIndex < 0 || element.disabled) return false;
    if (element.localName === "summary" && !element.parentElement.matches("details")) {
      return false;
    }
    if (element.type === "radio") {
      const group = [...document.getElementsByName(element.name)];
      if ((group.find((one) => one.checked) ?? group[0]) !== element) return false;
    }
    return element.checkVisibility({ visibilityProperty: true });
  };
  const stops = [...before.keys()].filter(isStop);
  for (const element of document.querySelectorAll("[tabindex]")) {
    if (element.tabIndex > 0) faults.push(`${name(element)} jumps the queue`);
  }
  window.walk = {
    count: stops.length,
    get faults() {
      const missed = stops.filter((element) => !reached.has(element));
      return [...faults, ...missed.map((element) => `${name(element)} is not reached`)];
    },
  };
}
