// Translate the messages in the outputs of a reader's cells, as i18n/messages.py does for
// those of the build.

// One or more numbers with units, as the `paralelo` package writes them.
const QUANTITY = /^(?:[-+\u2212±=≥≤≠~÷()[\]:;,.\s\d%×]|e[-+]\d|\b(?:s|ms|µs|[KM]iB)\b)+$/;
const POINT = /(?<=\d)\.(?=\d)/g;
const DAY = /^\d{4}-\d\d-\d\d$/;
const CODE = /[()[\],]/;  // of a value in Python's own words
const PLACE = /\{(\w+)(?::\.(\d)([fg%]))?\}/g;  // the formats of Python that we use
const NAMED = "code, .title";  // never translated

export class Speech {
  #words;
  #decimal;
  #language;

  constructor(language, words = {}) {
    this.#language = language;
    this.#words = words;
    const parts = new Intl.NumberFormat(language).formatToParts(0.5);
    this.#decimal = parts.find(({ type }) => type === "decimal").value;
  }

  // Load the messages of an edition.
  static async of(language, file) {
    const answer = await fetch(file);
    return new Speech(language, answer.ok ? await answer.json() : {});
  }

  // What `paralelo.translatable.Message.record` gave, in this language.
  say({ text, details }) {
    return (this.#words[text] || text).replace(PLACE, (_, name, digits, kind) => {
      const value = details[name];
      if (typeof value === "object") return this.say(value);
      if (typeof value === "string") return CODE.test(value) ? value : this.quantity(value);
      return this.quantity(formatted(value, digits, kind));
    });
  }

  quantity(text) {
    const counts = QUANTITY.test(text) && /\d/.test(text);
    if (!counts || this.#decimal === ".") return text;
    return text.replaceAll(", ", "; ").replace(POINT, this.#decimal);
  }

  // Translate an output in place; `messages` are the records that it consists of.
  html(output, messages) {
    const known = new Map(messages.map((record) => [ENGLISH.say(record), this.say(record)]));
    const tell = (text) => text.split("\n").map((line) => this.#line(line, known)).join("\n");
    const texts = document.createTreeWalker(output, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { currentNode: text } = texts;
      if (!text.parentElement?.closest(NAMED)) text.data = tell(text.data);
    }
    const labelled = output.querySelectorAll("[aria-label]");
    for (const it of labelled) it.ariaLabel = tell(it.ariaLabel);
  }

  #line(line, known) {
    if (known.has(line)) return known.get(line);
    if (!DAY.test(line)) return this.quantity(line);
    const form = new Intl.DateTimeFormat(this.#language, { dateStyle: "short", timeZone: "UTC" });
    return form.format(new Date(line));
  }
}

const ENGLISH = new Speech("en");

function formatted(value, digits, kind) {
  if (kind === "f") return value.toFixed(digits);
  if (kind === "%") return `${(100 * value).toFixed(digits)}%`;
  return kind ? String(Number(value.toPrecision(digits))) : String(value);
}
