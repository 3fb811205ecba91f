// Texts that can't be read: cut off, outside of the window, or under another text.
() => {
  const found = [];
  const quote = (node) => JSON.stringify(node.data.trim().slice(0, 30));
  const clips = (how) => how === "hidden" || how === "clip";
  const lines = [];

  // What of a text's line can be read, perhaps after scrolling; what of it is seen now.
  function area(element) {
    const all = { left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity };
    const window = { ...all, left: 0, right: document.documentElement.clientWidth };
    const readable = { ...all }, seen = { ...window };
    let scrollsX = false, scrollsY = false;
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      if (at.ownerSVGElement) continue;
      const { overflowX, overflowY } = getComputedStyle(at);
      const box = at.getBoundingClientRect();
      if (overflowX !== "visible") narrow(seen, box, "left", "right");
      if (overflowY !== "visible") narrow(seen, box, "top", "bottom");
      scrollsX ||= /auto|scroll/.test(overflowX);
      scrollsY ||= /auto|scroll/.test(overflowY);
      if (clips(overflowX) && !scrollsX) narrow(readable, box, "left", "right");
      if (clips(overflowY) && !scrollsY) narrow(readable, box, "top", "bottom");
    }
    if (!scrollsX) narrow(readable, window, "left", "right");
    return { readable, seen };
  }

  function narrow(area, box, start, end) {
    area[start] = Math.max(area[start], box[start]);
    area[end] = Math.min(area[end], box[end]);
  }

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode, element = node.parentElement;
    const seen = { opacityProperty: true, visibilityProperty: true };
    if (!node.data.trim() || !element.checkVisibility(seen)) continue;
    if (element.closest("script, style, noscript, math")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((box) => box.width > 1);
    const holder = element.getBoundingClientRect();
    if (!boxes.length || holder.width <= 1 || holder.height <= 1) continue;
    const { readable, seen: part } = area(element);
    const half = boxes[0].height / 2; // of a line may stand out, as of a descender
    for (const box of boxes) {
      if (box.left < readable.left - 1 || box.right > readable.right + 1) {
        found.push(`${quote(node)} is cut off at the side`);
      } else if (box.top < readable.top - half || box.bottom > readable.bottom + half) {
        found.push(`${quote(node)} is cut off above or below`);
      }
      const x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2;
      const isSeen = part.left < x && x < part.right && part.top < y && y < part.bottom;
      if (isSeen) lines.push({ box, node });
    }
  }

  // Lines may touch, and letters lean over: it counts when a third of both is covered.
  lines.sort((one, other) => one.box.top - other.box.top);
  lines.forEach(({ box, node }, i) => {
    for (let j = i + 1; j < lines.length && lines[j].box.top < box.bottom; j++) {
      const below = lines[j].box;
      const wide = Math.min(box.right, below.right) - Math.max(box.left, below.left);
      const high = Math.min(box.bottom, below.bottom) - below.top;
      const lower = Math.min(box.height, below.height);
      if (lines[j].node !== node && wide > 2 && high > lower / 3) {
        found.push(`${quote(node)} and ${quote(lines[j].node)} overlap`);
      }
    }
  });
  return [...new Set(found)];
}
