// Do what the buttons of cells say: run, edit, stop, reset. run.js has added the buttons,
// and decides whether kernel.js or python.js runs the cells. What is shown of a cell
// follows from what it has, an editor or a new output: see book.css.
import { shower } from "./outputs.js";

const page = document.documentElement;
const template = document.getElementById("run_tools");
const cells = [];
let back = null;

// Take over the cells in these boxes; `way` names the script that runs them. Return what
// to do when a button is pressed.
export function take(boxes, way) {
  back = way;
  cells.push(...boxes.map((box) => new Cell(box)));
  return (button) => cells.find(({ box }) => box.contains(button))[button.name]();
}

const numbers = new Intl.NumberFormat(page.lang, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const percent = new Intl.NumberFormat(page.lang, { style: "percent" });

let python = null;  // after the first start
let speech = null;  // translates outputs, in an edition that is a translation
let turn = Promise.resolve();  // ends with the running cell; others wait for it
let running = null;  // this cell
let stopping = new AbortController();  // of the next stop

const word = (name, details = {}) => template.dataset[name]
  .replace(/\{(\w+)\}/g, (_, detail) => details[detail]);

// Start Python, unless it has been started.
async function start(say) {
  if (python && !python.lost) return;
  for (const cell of cells) cell.ran = false;
  const { words } = template.dataset;
  if (words) speech ??= await (await import("./speech.js")).Speech.of(page.lang, words);
  const { Python } = await import(`./${back.file}`);
  python = new Python(new URL(back.address, location.href).href);
  await python.start(say);
  python.where = word(back.where, { python: python.name });
}

// Readers' code is kept until they reset it: by page and cell, in one entry.
function kept() {
  try {
    return JSON.parse(storage.getItem("code")) ?? {};
  } catch {
    return {};  // storage is forbidden here, or the entry isn't ours
  }
}

function keep(name, code) {
  const all = JSON.stringify({ ...kept(), [name]: code });  // which leaves out undefined
  try {
    if (all === "{}") storage.removeItem("code");
    else storage.setItem("code", all);
  } catch { /* storage is forbidden here: the code is kept for this visit only */ }
}

class Cell {
  ran = false;
  #editor = null;
  #out = null;

  constructor(box) {
    this.box = box;
    this.name = `${location.pathname}#${box.id}`;
    this.shown = box.querySelector(".cell_input div.highlight");
    this.source = this.shown.querySelector("pre").textContent.trimEnd();
    this.buttons = box.querySelectorAll(".run-go, .run-reset");  // off while it runs
    this.status = box.querySelector(".run-says");
    this.progress = box.querySelector(".run-progress");
    const { of, is } = kept()[this.name] ?? {};
    if (of === this.source) this.#open(is);  // the book's own may be newer
  }

  get code() {
    return this.#editor?.value ?? this.source;
  }

  #say(name, details) {
    this.status.textContent = word(name, details);
    this.progress.removeAttribute("value");
  }

  // Run it, after those above that have not run yet.
  go() {
    if (this.buttons[0].disabled) return;  // it waits, or it runs
    const { signal } = stopping;
    const busy = cells.some(({ buttons: [other] }) => other.disabled);
    if (busy) this.#say("waiting");
    else this.status.textContent = "";  // of the run before
    this.#busy(true);
    turn = turn.then(async () => {
      try {
        signal.throwIfAborted();
        await this.#all(signal);
      } catch (error) {  // only a start throws
        this.#say(signal.aborted ? "stopped" : "unreachable", { why: error.message });
      }
      this.#busy(false);
    });
  }

  async #all(signal) {
    page.dataset.tried = "";  // so that the live server's script doesn't reload the page
    await start((...step) => this.#starting(...step));
    signal.throwIfAborted();
    const above = cells.slice(0, cells.indexOf(this)).filter((cell) => !cell.ran);
    for (const [done, cell] of above.entries()) {
      this.#say("above", { number: done + 1, all: above.length });
      const well = await cell.run();
      if (signal.aborted) return this.#say("stopped");
      if (python.lost) return this.#say("lost");
      if (!well && !cell.box.classList.contains("tag_raises-exception")) {
        return this.#say("brokenAbove");
      }
    }
    await this.run();
  }

  #starting(step, fraction) {
    this.#say(step, { percent: percent.format(fraction ?? 0) });
    if (fraction !== undefined) this.progress.value = fraction;
  }

  async run() {
    const { signal } = stopping;
    this.#busy(true);
    this.#say("running");
    this.#out?.remove();
    this.#out = document.createElement("div");
    this.#out.className = "cell_output run-output";
    this.box.append(this.#out);
    running = this;
    const { code } = this;
    const began = performance.now();
    let well = false;
    try {
      const render = python.render?.bind(python);
      well = await python.run(code, shower(this.#out, { speech, render }));
    } catch {  // Python itself ended
      python.lost = true;
    }
    const seconds = numbers.format((performance.now() - began) / 1000);
    let end = well ? "done" : "failed";
    if (!well && signal.aborted) end = python.lost ? "forgotten" : "stopped";
    else if (python.lost) end = "lost";
    this.#say(end, { seconds, where: python.where });
    this.#busy(false);
    this.ran = well && code === this.code;  // the reader may have edited it meanwhile
    return well;
  }

  #busy(is) {
    for (const button of this.buttons) button.disabled = is;
  }

  // This may end Python: the next run starts it again.
  stop() {
    stopping.abort();
    stopping = new AbortController();
    python?.stop(() => running.#say("uninterruptible"));
  }

  edit() {
    this.#open(this.source);
    this.#editor.focus();
  }

  #open(code) {
    this.#editor = editor(code, () => this.go());
    this.#editor.addEventListener("input", () => {
      const { source: of, code: is } = this;
      this.ran = false;
      page.dataset.tried = "";
      keep(this.name, is === of ? undefined : { of, is });
    });
    this.shown.after(this.#editor);
  }

  reset() {
    this.#editor?.remove();
    this.#out?.remove();
    this.#editor = this.#out = null;
    this.ran = false;
    keep(this.name);
    this.status.textContent = "";
    this.buttons[0].focus();
  }
}

// Make a text field for code: Tab indents, Shift+Enter runs, Escape then Tab leaves it.
function editor(code, run) {
  const field = template.content.querySelector("textarea").cloneNode();
  field.value = code;
  const fit = () => { field.rows = field.value.split("\n").length; };
  // Only this command keeps the field's undo history.
  const insert = (text) => document.execCommand("insertText", false, text);
  let leaving = false;
  field.addEventListener("input", fit);
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
