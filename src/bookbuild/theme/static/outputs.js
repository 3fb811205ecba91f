// Show outputs of cells with the markup of the book's own, whoever ran them: kernel.js or
// python.js.

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

// The terminal at the end of a box, if that is one of this stream; or else a new one.
function terminal(box, name) {
  const last = box.lastElementChild;
  if (terminals.has(last) && last.classList.contains(name)) return terminals.get(last);
  const made = new Terminal(`stream ${name}`);
  terminals.set(made.box, made);
  box.append(made.box);
  return made;
}

const terminals = new WeakMap();

// A block of text where \r and \b go back in the last line, and codes set colors.
class Terminal {
  #lines = document.createElement("pre");
  #last = document.createElement("span");
  #line = "";
  #colors = {};

  constructor(kind) {
    this.#lines.append(this.#last);
    this.box = block(kind, this.#lines);
  }

  write(text) {
    const line = settled(this.#line + text);
    const end = line.lastIndexOf("\n") + 1;
    this.#line = line.slice(end);
    if (end) this.#last.before(...painted(line.slice(0, end), this.#colors));
    this.#last.replaceChildren(...painted(this.#line, { ...this.#colors }));
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
const HIDDEN = /\x1b\](?:[^\x07\x1b\n]*)(?:\x07|\x1b\\)?|\x1b\[(?![\d;]*m)[\x20-\x3f]*[\x40-\x7e]?|\x1b(?!\[)[\x20-\x7e]?|[\x00-\x08\x0b-\x1a\x7f]/g;
const COLORS = ["Black", "Red", "Green", "Yellow", "Blue", "Magenta", "Cyan", "White"];

// Return nodes for a text, with the classes that Pygments gives colors in the book, and
// leave in `colors` those at its end.
function painted(text, colors) {
  return text.replace(HIDDEN, "").split(/\x1b\[([\d;]*)m/).map((part, at) => {
    if (at % 2) paint(colors, part.split(";").map(Number));
    if (at % 2 || !part) return "";
    const { bold, faint, ink, ground } = colors;
    const names = [bold && "Bold", faint && "Faint", ink, ground && `BG${ground}`];
    const found = names.filter(Boolean);
    if (!found.length) return part;
    const made = document.createElement("span");
    const classes = found.map((_, end) => ["-Color", ...found.slice(0, end + 1)].join("-"));
    made.className = ["-Color", ...classes].join(" ");
    made.append(part);
    return made;
  });
}

function paint(colors, codes) {
  while (codes.length) {
    const code = codes.shift();
    const kind = code < 40 ? "ink" : "ground";
    if (code === 0) for (const each in colors) delete colors[each];
    if (code === 1) colors.bold = true;
    if (code === 2) colors.faint = true;
    if (code === 22) colors.bold = colors.faint = false;
    if (code === 39 || code === 49) delete colors[kind];
    if (code >= 30 && code < 50 && code % 10 < 8) colors[kind] = COLORS[code % 10];
    if (code !== 38 && code !== 48) continue;
    const [how, number] = codes.splice(0, codes[0] === 5 ? 2 : 4);
    if (how === 5) colors[kind] = `C${number}`;
  }
}

function shown(output, how) {
  if (output.type !== "error") return rich(output, how);
  return text("traceback", output.text.replace(/\x1b\[[\d;]*m/g, ""));
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
