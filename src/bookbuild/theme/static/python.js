// Run cells in the page, by Pyodide in a worker. It handles one request at a time. After
// it ended, by `stop` or by itself, its names are lost, and it can be started again.
export class Python {
  lost = true;
  #address;
  #worker = null;
  #asked = null;  // the request that waits for an answer
  #last = null;  // the one before: what its tasks put out comes later

  constructor(address) {
    this.#address = address;
  }

  // Load Python and report progress: "loading" and a fraction, then "starting".
  async start(say) {
    const worker = new Worker(new URL("worker.mjs", this.#address), { type: "module" });
    worker.onmessage = ({ data }) => this.#hear(data);
    worker.onerror = ({ message }) => this.#break(message || "its files are not there");
    this.#worker = worker;
    this.lost = false;
    this.name = await this.run(undefined, ({ word, fraction }) => say(word, fraction));
  }

  // Run a cell, and show each output as it comes; false if it raised or was stopped.
  // Throws if Python itself came to an end.
  async run(code, hear) {
    if (this.lost) throw new Error("it is not running");
    this.#asked = { code, hear, ...Promise.withResolvers() };
    this.#worker.postMessage({ code });
    return this.#asked.promise;
  }

  // End Python, with the cell that runs; its names are lost.
  async stop() {
    const asked = this.#finish();
    if (asked?.code === undefined) asked?.reject(new Error("it was stopped"));
    else asked.resolve(false);
  }

  #hear(message) {
    if (message.type === "failed") return this.#break(message.text);
    if (message.type !== "done") return (this.#asked ?? this.#last)?.hear(message);
    this.#last = this.#asked;
    this.#asked.resolve(message.value);
    this.#asked = null;
  }

  #break(why) {
    this.#finish()?.reject(new Error(why));
  }

  // End the worker; return the request that waited for it.
  #finish() {
    this.#worker?.terminate();
    const asked = this.#asked;
    this.#worker = this.#asked = null;
    this.lost = true;
    return asked;
  }
}
