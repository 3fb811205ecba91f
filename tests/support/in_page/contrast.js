// Texts whose contrast with what is behind them is less than WCAG's formula asks for.
// A text's ground is made of its ancestors' backgrounds and, within a picture, of the
// shapes that were drawn before it, at several points of the text: a bar may be full
// under one half of a number only. What is in a picture is small; so it is a label.
({ text, label }) => {
  const PROSE = "main :is(p, li, h1, h2, h3, h4, dd, dt, td, th, em, strong)";
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const known = new Map();

  function colour(css) {
    if (!known.has(css)) {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = css;
      pen.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
      known.set(css, [r, g, b, a / 255]);
    }
    return known.get(css);
  }

  function over([r, g, b, a], ground, opacity = 1) {
    const share = a * opacity;
    return [r, g, b].map((part, i) => part * share + ground[i] * (1 - share));
  }

  function luminance(rgb) {
    const [r, g, b] = rgb.map((part) => {
      const c = part / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function contrast(one, other) {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  }

  function background(element) {
    let ground = colour("Canvas").slice(0, 3);
    const line = [];
    for (let at = element; at; at = at.parentElement) line.unshift(at);
    for (const at of line) {
      ground = over(colour(getComputedStyle(at).backgroundColor), ground);
    }
    return ground;
  }

  function shapes(picture) {
    return [...picture.querySelectorAll("rect, circle")]
      .filter((shape) => getComputedStyle(shape).fill !== "none")
      .map((shape) => [shape, shape.getBoundingClientRect(), getComputedStyle(shape)]);
  }

  function* points(box) {
    for (const x of [0.1, 0.5, 0.9]) {
      for (const y of [0.3, 0.5, 0.7]) {
        yield [box.left + x * box.width, box.top + y * box.height];
      }
    }
  }

  function* grounds(element, box, drawn) {
    const paper = background(element);
    for (const [x, y] of points(box)) {
      let ground = paper;
      for (const [shape, area, style] of drawn) {
        const before =
          shape.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
        const under =
          area.left <= x && x <= area.right && area.top <= y && y <= area.bottom;
        if (before && under) {
          ground = over(colour(style.fill), ground, style.fillOpacity * style.opacity);
        }
      }
      yield ground;
    }
  }

  const pageSize = parseFloat(getComputedStyle(document.body).fontSize);
  const pictures = new Map();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const words = texts.currentNode.data.trim();
    const element = texts.currentNode.parentElement;
    const seen = { opacityProperty: true, visibilityProperty: true };
    if (!words || !element.checkVisibility(seen)) continue;
    if (element.closest(":disabled, script, style, noscript")) continue;
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    const box = range.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue; // for a screen reader only
    const style = getComputedStyle(element);
    const picture = element.closest("svg")?.parentElement.closest("figure, main, body");
    if (picture && !pictures.has(picture)) pictures.set(picture, shapes(picture));
    const drawn = picture ? pictures.get(picture) : [];
    const ink = colour(picture ? style.fill : style.color);
    const isProse =
      !picture && element.matches(PROSE) && parseFloat(style.fontSize) >= pageSize;
    const wanted = isProse ? text : label;
    const ratios = [...grounds(element, box, drawn)].map((ground) =>
      contrast(over(ink, ground, style.opacity), ground),
    );
    const least = Math.min(...ratios);
    if (least < wanted) {
      const name = element.className.baseVal ?? element.className;
      const what = `${element.localName}${name && "." + name}`;
      found.push(`${what} ${JSON.stringify(words.slice(0, 30))}: ` +
        `${least.toFixed(2)}, not ${wanted}`);
    }
  }
  return [...new Set(found)];
}
