// Run cells in a Jupyter kernel on the reader's own machine, started for this page by the
// server that the page came from. Messages are JSON, through one WebSocket.

const cookie = (name) => document.cookie.match(`(?:^|; )${name}=([^;]*)`)?.[1];
const PATIENCE = 2000;  // milliseconds until a cell that was interrupted is said not to be interruptible
const VERSION = 'print("Python", __import__("platform").python_version(), end="")';

export class Python {
  lost = true;
  name = "";
  #api;
  #kernel;
  #socket;
  #session = crypto.randomUUID();
  #running = null;  // one at a time: cells.js waits for it
  #shows = new Map();  // by request: what a thread or task of it puts out comes later

  constructor(address) {
    this.#api = address;
  }

  async start(say) {
    say("starting");
    const { id } = await (await this.#ask("POST", this.#api)).json();
    this.#kernel = `${this.#api}/${id}`;
    this.#socket = this.#connect(this.#session);
    await new Promise((opened, refused) => {
      this.#socket.onopen = opened;
      this.#socket.onerror = () => refused(new Error("WebSocket"));
    });
    this.lost = false;
    this.#socket.onmessage = ({ data }) => this.#hear(JSON.parse(data));
    this.#socket.onclose = () => this.#lose();
    addEventListener("pagehide", () => this.#end());  // and the page may come back
    await this.run(VERSION, ({ text }) => { this.name += text; }, true);
  }

  // Run a cell; resolve after its last output, to whether it ended without an error.
  async run(code, show, silent = false) {
    const { promise: ended, resolve: done } = Promise.withResolvers();
    const id = this.#send("execute_request", {
      code, silent, store_history: !silent, user_expressions: {},
      allow_stdin: false, stop_on_error: true,
    });
    const it = this.#running = { id, done };
    this.#shows.set(id, show);
    // A kernel may overlook a message until another client connects (ipykernel's issue
    // 1554), so we connect one.
    const knock = setInterval(() => {
      if (it.heard) return;
      const other = this.#connect(crypto.randomUUID());
      other.onopen = () => other.close();
      // A kernel that has ended doesn't answer, and browsers open one at a time.
      ended.then(() => other.close());
    }, 1000);
    ended.then(() => clearInterval(knock));
    return ended;
  }

  #send(type, content) {
    const id = crypto.randomUUID();
    this.#socket.send(JSON.stringify({
      channel: "shell",
      header: {
        msg_id: id, msg_type: type, session: this.#session,
        username: "", date: new Date().toISOString(), version: "5.3",
      },
      parent_header: {},
      metadata: {},
      content,
      buffers: [],
    }));
    return id;
  }

  #connect(session) {
    const url = new URL(`${this.#kernel}/channels?session_id=${session}`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    return new WebSocket(url);
  }

  // Interrupt the cell; the kernel keeps its names. If the cell goes on nevertheless, call
  // `uninterruptible`; the next stop ends the kernel.
  async stop(uninterruptible) {
    const it = this.#running;
    if (!it) return;
    if (it.uninterruptible) return this.#end();
    await this.#ask("POST", `${this.#kernel}/interrupt`);
    if (this.lost) return;
    // A kernel whose cell awaits something doesn't see to it before a message comes.
    this.#send("kernel_info_request", {});
    setTimeout(() => {
      if (this.#running !== it) return;
      it.uninterruptible = true;
      uninterruptible();
    }, PATIENCE);
  }

  // Return HTML for a text of this type, as the book would have it.
  async render(type, text) {
    const asked = JSON.stringify({ type, text });
    return (await this.#ask("POST", new URL("../render", this.#api), asked)).text();
  }

  async #end() {
    if (this.lost) return;
    this.#lose();
    await this.#ask("DELETE", this.#kernel);
  }

  #hear({ msg_type: type, parent_header: { msg_id: id }, content }) {
    const state = type === "status" && content.execution_state;
    if (state === "dead") this.#lose();
    const show = this.#shows.get(id);
    if (type === "stream") {
      show?.({ type, name: content.name, text: content.text });
    } else if (["execute_result", "display_data", "update_display_data"].includes(type)) {
      const { data, metadata, transient } = content;
      const update = type === "update_display_data";
      show?.({ type: "data", data, metadata, id: transient?.display_id, update });
    } else if (type === "clear_output") {
      show?.({ type: "clear", wait: content.wait });
    } else if (type === "error") {
      show?.({ type, text: content.traceback.join("\n") });
    }
    const it = this.#running;
    if (it?.id !== id) return;
    it.heard = true;
    if (type === "execute_reply") it.status = content.status;
    it.idle ||= state === "idle";
    if (it.idle && it.status) this.#finish(it.status === "ok");
  }

  #finish(well) {
    this.#running?.done(well);
    this.#running = null;
  }

  // The kernel ended or can't be reached: its names are lost.
  #lose() {
    this.lost = true;
    this.#socket.onclose = null;
    this.#socket.close();
    this.#finish(false);
  }

  async #ask(method, url, body) {
    const headers = { "X-XSRFToken": cookie("_xsrf") ?? "" };
    const answer = await fetch(url, { method, headers, keepalive: !body, body });
    if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
    return answer;
  }
}
