// Show outputs of cells, from kernel.js or python.js, with the markup of the book's own.

// By display id, where outputs are that later ones replace: in any cell, as in Jupyter.
const named = new Map();

// Return a function that adds outputs to a box. `speech` translates them, if there is
// one; `render` makes HTML of other texts, if something can.
export function shower(box, how) {
  let stale = false;
  return (output) => {
    const { type, id } = output;
    if (stale || (type === "clear" && !output.wait)) box.replaceChildren();
    stale = type === "clear" && output.wait;
    if (type === "clear") return;
    if (type === "stream") return terminal(box, output.name).write(output.text);
    const made = (named.get(id) ?? []).map((old) => {
      const made = shown(output, how);
      old.replaceWith(made);
      return made;
    });
    if (!output.update) {
      made.push(shown(output, how));
      box.append(made.at(-1));
    }
    if (id) named.set(id, made);
  };
}

// The stream's block at the end of a box, or else a new one. As in the book, what stands
// between two other outputs is one block for each stream, of which stdout comes first.
function terminal(box, name) {
  const there = [];
  for (let last = box.lastElementChild; terminals.has(last); last = last.previousElementSibling) {
    there.push(last);
  }
  const mine = there.find((each) => each.classList.contains(name));
  if (mine) return terminals.get(mine);
  const made = new Terminal(`stream ${name}`);
  terminals.set(made.box, made);
  if (name === "stdout" && there.length) there[0].before(made.box);
  else box.append(made.box);
  return made;
}

const terminals = new WeakMap();

// A block of text where \r and \b go back in the last line, and codes set colors.
class Terminal {
  #lines = document.createElement("pre");
  #last = document.createElement("span");
  #line = "";
  #style = {};

  constructor(kind) {
    this.#lines.append(this.#last);
    this.box = block(kind, this.#lines);
  }

  write(text) {
    const line = settled(this.#line + text);
    const end = line.lastIndexOf("\n") + 1;
    this.#line = line.slice(end);
    if (end) this.#last.before(...painted(line.slice(0, end), this.#style));
    this.#last.replaceChildren(...painted(this.#line, { ...this.#style }));
  }
}

function settled(text) {
  let before;
  do {
    before = text;
    text = text.replace(/[^\n\b]\x08/g, "");
  } while (text !== before);
  return text.replace(/[^\n]*\r(?=[^\r\n])/g, "");
}

// What a terminal doesn't show: codes other than those of colors, control characters.
const COLOR = /\x1b\[([\d;:]*)m/;
const HIDDEN = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
const COLORS = ["Black", "Red", "Green", "Yellow", "Blue", "Magenta", "Cyan", "White"];
const plain = (text) => text.replace(HIDDEN, "");

// Return nodes for a text, with the classes that Pygments gives colors in the book, and
// leave in `style` those at its end.
function painted(text, style) {
  return text.split(COLOR).map((part, at) => {
    if (at % 2) paint(style, part.replaceAll("::", ":").split(/[;:]/).map(Number));
    const words = at % 2 ? "" : plain(part);
    const names = ["", ...["bold", "faint", "ink", "paper"].map((each) => style[each] ?? "")];
    if (!words || names.every((name) => !name)) return words;
    const made = document.createElement("span");
    const classes = names.map((_, end) => `-Color${names.slice(0, end + 1).join("")}`);
    made.className = [...new Set(classes)].join(" ");
    made.append(words);
    return made;
  });
}

// As execution/terminal.py has it for the book: of the larger palettes, each color is the
// one of eight that is most like it.
function paint(style, codes) {
  while (codes.length) {
    const code = codes.shift();
    const color = code % 10 === 8 ? nearest(codes) : code % 10;
    if (code === 0) for (const each in style) delete style[each];
    if (code === 1) style.bold = "-Bold";
    if (code === 2) style.faint = "-Faint";
    if (code === 22) style.bold = style.faint = "";
    if (code === 7) style.paper = "-BGWhite";
    if (code === 27) style.paper = "";
    if ([3, 9].includes(Math.trunc(code / 10))) style.ink = color < 8 ? `-${COLORS[color]}` : "";
    if ([4, 10].includes(Math.trunc(code / 10))) style.paper = color < 8 ? `-BG${COLORS[color]}` : "";
  }
}

// The number, up to 7, of the color of a palette that begins here; 9 if it has none.
function nearest(codes) {
  const kind = codes.shift();
  if (kind === 2) return hue(codes.splice(0, 3));
  if (kind !== 5) return 9;
  const number = codes.shift() ?? 0;
  if (number < 16) return number % 8;
  if (number > 231) return number > 243 ? 7 : 0;
  const levels = [36, 6, 1].map((each) => Math.trunc((number - 16) / each) % 6);
  return hue(levels.map((level) => level && 55 + 40 * level));
}

function hue(levels) {
  const low = Math.min(...levels);
  const high = Math.max(...levels);
  if (high - low < 40) return high > 127 ? 7 : 0;
  return levels.reduce((sum, level, bit) => sum + ((2 * level > low + high) << bit), 0);
}

function shown(output, how) {
  if (output.type !== "error") return rich(output, how);
  return text("traceback", plain(output.text));
}

const PICTURES = ["image/svg+xml", "image/png", "image/gif", "image/jpeg"];

// Show the richest form of an output. The page's policy lets none of its scripts run, and
// loads nothing for it from other sites.
function rich({ data, metadata }, { speech, render }) {
  const of = (type) => type in data ? [].concat(data[type]).join("") : undefined;
  const html = of("text/html");
  if (html !== undefined) {
    const content = parsed(html);
    if (metadata?.messages) speech?.html(content, metadata.messages);
    return div("output text_html", content);
  }
  const picture = PICTURES.find((each) => each in data);
  if (picture) return div("output image", pictured(picture, of(picture), metadata?.[picture], of("text/plain")));
  const type = ["text/markdown", "text/latex"].find((each) => each in data);
  const made = text("text_plain", of(type ?? "text/plain") ?? "");
  if (type) render?.(type, of(type)).then((html) => {
    made.className = `output ${type.replace("/", "_")}`;
    made.replaceChildren(parsed(html));
  }, () => {});  // it stays as it was written
  return made;
}

function pictured(type, content, { alt, width, height } = {}, otherwise = "") {
  const made = new Image();
  if (width) made.width = width;
  if (height) made.height = height;
  made.alt = alt ?? otherwise;
  made.src = `data:${type}${type === "image/svg+xml" ? drawn(content) : `;base64,${content}`}`;
  return made;
}

// A drawing as a file, which keeps its styles and ids to itself.
function drawn(svg) {
  const page = new DOMParser().parseFromString(svg, "text/html");
  const drawing = page.querySelector("svg") ?? page.createElement("svg");
  return `,${encodeURIComponent(new XMLSerializer().serializeToString(drawing))}`;
}

// The book's style sheet formats outputs; the policy would report an inline style.
function parsed(html) {
  const made = document.createElement("template");
  made.innerHTML = html.replace(/<[a-z][^>]*>/gi, unstyled);
  return made.content;
}

const unstyled = (tag) => tag.replace(/\sstyle="[^"]*"/gi, "");

function text(kind, words) {
  const lines = document.createElement("pre");
  lines.append(...painted(words, {}));
  return block(kind, lines);
}

const block = (kind, lines) => div(`output ${kind}`, div("highlight", lines));

function div(name, ...inside) {
  const made = document.createElement("div");
  made.className = name;
  made.append(...inside);
  return made;
}
