// Handle the buttons of cells: run, edit, stop, reset. run.js has added the buttons, and
// decides whether kernel.js or python.js runs the cells.
const page = document.documentElement;
const template = document.getElementById("run-tools");
const cells = [];
let back = null;

// Take over the cells in these boxes; `way` names the script that runs them.
export function take(boxes, way) {
  back = way;
  cells.push(...boxes.map((box) => new Cell(box)));
  addEventListener("pagehide", () => {
    if (!python || python.lost) return;
    python.end();
    python.lost = true;  // the page may come back
  });
}

const numbers = new Intl.NumberFormat(page.lang, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const percent = new Intl.NumberFormat(page.lang, { style: "percent" });

let python = null;  // after the first start
let speech = null;  // translates outputs, in an edition that is a translation
let turn = Promise.resolve();  // ends with the running cell; others wait for it
let halts = 0;  // counts stops, so that waiting cells notice them

const word = (name, details = {}) => template.dataset[name]
  .replace(/\{(\w+)\}/g, (_, detail) => details[detail]);

async function start(say) {
  if (python && !python.lost) return python;
  for (const cell of cells) cell.ran = false;
  speech ??= await translation();
  const { Python } = await import(`./${back.file}`);
  const other = python = new Python(new URL(back.address, location.href).href);
  try {
    await other.start(say);
  } catch (error) {
    other.lost = true;
    throw error;
  }
  other.where = word(back.where, { python: other.name });
  return other;
}

async function translation() {
  const { words } = template.dataset;
  if (!words) return null;
  const { Speech } = await import("./speech.js");
  return Speech.of(page.lang, words);
}

// Readers' code is kept until they reset it: by page and cell, in one entry.
const kept = {
  all() {
    try {
      return JSON.parse(localStorage.getItem("code")) ?? {};
    } catch {
      return {};  // storage is forbidden here, or the entry isn't ours
    }
  },
  get(cell) {
    const it = this.all()[`${location.pathname}#${cell.box.id}`];
    return it?.of === cell.source ? it.is : null;  // the book's own may be newer
  },
  set(cell, code) {
    const all = this.all();
    const name = `${location.pathname}#${cell.box.id}`;
    if (code === null) delete all[name];
    else all[name] = { of: cell.source, is: code };
    try {
      if (Object.keys(all).length) localStorage.setItem("code", JSON.stringify(all));
      else localStorage.removeItem("code");
    } catch { /* storage is forbidden here: the code is kept for this visit only */ }
  },
};

class Cell {
  ran = false;
  #editor = null;
  #out = null;

  constructor(box) {
    this.box = box;
    this.input = box.querySelector(".cell_input");
    this.shown = this.input.querySelector("div.highlight");
    this.source = this.shown.querySelector("pre").textContent.trimEnd();
    this.printed = [...box.querySelectorAll(":scope > .cell_output, :scope > details > .cell_output")];
    this.bar = box.querySelector(".run");
    const part = (name) => this.bar.querySelector(`.run-${name}`);
    this.buttons = { go: part("go"), stop: part("stop"), edit: part("edit"), reset: part("reset") };
    this.status = part("says");
    this.progress = part("progress");
    this.buttons.go.addEventListener("click", () => this.go());
    this.buttons.stop.addEventListener("click", halt);
    this.buttons.edit.addEventListener("click", () => this.edit(true));
    this.buttons.reset.addEventListener("click", () => this.reset());
    const code = kept.get(this);
    if (code !== null) this.edit(false, code);
  }

  get code() {
    return this.#editor?.value ?? this.source;
  }

  says(text) {
    this.status.textContent = text;
    this.progress.hidden = true;
  }

  // Run it, after those above that have not run yet.
  go() {
    if (this.buttons.go.disabled) return;  // it waits, or it runs
    const halted = halts;
    this.#busy(true);
    this.says(word("waiting"));
    turn = turn.then(async () => {
      try {
        if (halted === halts) await this.#all(halted);
        else this.says(word("stopped"));
      } catch (error) {  // only a start throws
        const why = error.message;
        this.says(halted === halts ? word("unreachable", { why }) : word("stopped"));
      }
      this.#busy(false);
    });
  }

  async #all(halted) {
    page.dataset.tried = "";  // so that the live server's script doesn't reload the page
    const { where } = await start((...step) => this.#starting(...step));
    const above = cells.slice(0, cells.indexOf(this)).filter((cell) => !cell.ran);
    for (const [done, cell] of above.entries()) {
      this.says(word("above", { number: done + 1, all: above.length }));
      const well = await cell.run(where);
      if (halted !== halts) return this.says(word("stopped"));
      if (python.lost) return this.says(word("lost"));
      if (!well && !cell.box.classList.contains("tag_raises-exception")) {
        return this.says(word("brokenAbove"));
      }
    }
    await this.run(where);
  }

  #starting(step, fraction) {
    this.says(word(step, { percent: percent.format(fraction ?? 0) }));
    if (fraction === undefined) return;
    this.progress.hidden = false;
    this.progress.value = fraction;
  }

  async run(where) {
    const halted = halts;
    this.#busy(true);
    this.says(word("running"));
    for (const old of this.printed) old.hidden = true;
    this.#out?.remove();
    this.#out = document.createElement("div");
    this.#out.className = "cell_output run-output";
    const folded = this.box.querySelector(":scope > details.hide");
    (folded ?? this.input).after(this.#out);
    this.#changed(true);
    const show = shower(this.#out);
    const { code } = this;
    const began = performance.now();
    let well = false;
    try {
      well = await python.run(code, show);
    } catch {  // Python itself ended
      python.lost = true;
    }
    const seconds = numbers.format((performance.now() - began) / 1000);
    let end = well ? "done" : "failed";
    if (!well && halted !== halts) end = python.lost ? "forgotten" : "stopped";
    else if (python.lost) end = "lost";
    this.says(word(end, { seconds, where }));
    this.#busy(false);
    this.ran = well && code === this.code;  // the reader may have edited it meanwhile
    return well;
  }

  #busy(is) {
    this.buttons.go.disabled = is;
    this.buttons.stop.hidden = !is;
    this.buttons.reset.disabled = is;
  }

  // Show or hide the button that resets the cell.
  #changed(is) {
    this.buttons.reset.hidden = !is;
  }

  edit(now, code = this.source) {
    this.#editor = editor(code, word("editor"), {
      run: () => this.go(),
      change: () => {
        this.ran = false;
        page.dataset.tried = "";
        kept.set(this, this.code === this.source ? null : this.code);
      },
    });
    this.shown.hidden = true;
    this.shown.after(this.#editor);
    this.buttons.edit.hidden = true;
    this.#changed(true);
    if (now) this.#editor.focus();
  }

  reset() {
    this.#editor?.remove();
    this.#editor = null;
    this.#out?.remove();
    this.#out = null;
    this.shown.hidden = false;
    for (const old of this.printed) old.hidden = false;
    this.buttons.edit.hidden = false;
    this.#changed(false);
    this.ran = false;
    kept.set(this, null);
    this.says("");
    this.buttons.go.focus();
  }
}

async function halt() {
  halts += 1;
  await python?.stop();  // this may end Python: the next run starts it again
}

// Make a text field for code: Tab indents, Shift+Enter runs, Escape then Tab leaves it.
function editor(code, label, { run, change }) {
  const field = document.createElement("textarea");
  field.className = "run-editor";
  field.value = code;
  field.setAttribute("aria-label", label);
  for (const off of ["autocapitalize", "autocomplete", "autocorrect"]) field.setAttribute(off, "off");
  field.spellcheck = false;
  const fit = () => { field.rows = field.value.split("\n").length; };
  // Only this command keeps the field's undo history.
  const insert = (text) => document.execCommand("insertText", false, text);
  let leaving = false;
  field.addEventListener("input", () => { fit(); change(); });
  field.addEventListener("keydown", (event) => {
    const line = field.value.slice(0, field.selectionStart).split("\n").at(-1);
    if (event.key === "Enter" && (event.shiftKey || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      run();
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      const deeper = line.trimEnd().endsWith(":") ? "    " : "";
      insert(`\n${line.match(/^ */)[0]}${deeper}`);
    } else if (event.key === "Tab" && !event.shiftKey && !leaving) {
      event.preventDefault();
      insert(" ".repeat(4 - (line.length % 4)));
    }
    leaving = event.key === "Escape";
  });
  fit();
  return field;
}

// Return a function that adds outputs to a box, with the markup of the book's own.
function shower(box) {
  const named = new Map();
  let stale = false;
  const add = (kind, inside) => {
    const made = document.createElement("div");
    made.className = `output ${kind}`;
    made.append(inside);
    box.append(made);
    return made;
  };
  const text = (kind, words) => {
    const frame = document.createElement("div");
    frame.className = "highlight";
    const lines = document.createElement("pre");
    lines.textContent = words.replace(/\x1b\[[0-9;]*m/g, "");
    frame.append(lines);
    return add(kind, frame);
  };
  return (output) => {
    if (stale || (output.type === "clear" && !output.wait)) box.replaceChildren();
    stale = output.type === "clear" && output.wait;
    if (output.type === "stream") {
      const last = box.lastElementChild;
      if (last?.classList.contains(output.name)) {
        last.querySelector("pre").textContent += output.text.replace(/\x1b\[[0-9;]*m/g, "");
      } else {
        text(`stream ${output.name}`, output.text);
      }
    } else if (output.type === "error") {
      text("traceback", output.text);
    } else if (output.type === "data") {
      const before = output.id && named.get(output.id);
      const made = rich(output, add, text);
      if (before) before.replaceWith(made);
      if (output.id) named.set(output.id, made);
    }
  };
}

// The book's style sheet formats outputs; the policy would report an inline style.
const unstyled = (tag) => tag.replace(/\sstyle="[^"]*"/gi, "");

// Show the richest form of an output. The page's policy lets none of its scripts run, and
// loads nothing for it from other sites.
function rich({ data, metadata }, add, text) {
  const html = data["text/html"] ?? data["image/svg+xml"];
  if (html !== undefined) {
    const parsed = document.createElement("template");
    parsed.innerHTML = [].concat(html).join("").replace(/<[a-z][^>]*>/gi, unstyled);
    if (metadata?.messages) speech?.html(parsed.content, metadata.messages);
    return add("text_html", parsed.content);
  }
  for (const type of ["image/png", "image/jpeg"]) {
    if (!(type in data)) continue;
    const picture = new Image();
    picture.src = `data:${type};base64,${data[type].replace(/\s/g, "")}`;
    picture.alt = data["text/plain"] ?? "";
    return add("image", picture);
  }
  return text("text_plain", [].concat(data["text/plain"] ?? "").join(""));
}
