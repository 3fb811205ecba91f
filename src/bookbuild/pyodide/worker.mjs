// Run Python for a page in a worker: a computation doesn't block the page, and the page
// can end it. Only here does the site run code that a reader has typed.
import { loadPyodide } from "./pyodide.mjs";

const post = (message) => self.postMessage(message);
const say = (word, fraction) => post({ type: "say", word, fraction });
let cells;

self.onmessage = async ({ data: { code } }) => {
  try {
    post({ type: "done", value: cells ? await cells.run(code) : await start() });
  } catch (error) {
    fail(error);
  }
};

// After an error that breaks Python itself, such as `os._exit`, no answer comes.
self.onunhandledrejection = ({ reason }) => {
  if (reason?.pyodide_fatal_error) fail(reason);
};

// Report an error of Python or of its files; a cell's own error is an output.
function fail(error) {
  post({ type: "failed", text: String(error?.message ?? error) });
}

async function start() {
  say("loading", 0);
  const sizes = await (await fetch("sizes.json")).json();
  const uncounted = self.fetch;
  self.fetch = counting(Object.values(sizes).reduce((sum, size) => sum + size));
  const wheel = Object.keys(sizes).find((name) => name.endsWith(".whl"));
  const programs = Object.keys(sizes).filter((name) => name.endsWith(".py"));
  const texts = programs.map((name) => fetch(name).then((response) => response.text()));
  const [python, modules, ...sources] = await Promise.all([
    loadPyodide({ indexURL: new URL(".", self.location).href }),
    fetch(wheel).then((response) => response.arrayBuffer()),
    ...texts,
  ]);
  self.fetch = uncounted;
  python.unpackArchive(modules, "zip", { extractDir: "/modules" });
  programs.forEach((name, number) => {
    const path = `/modules/${name}`;
    python.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    python.FS.writeFile(path, sources[number]);
  });
  python.runPython("import sys; sys.path.append('/modules')");
  const { Cells, NAME } = python.pyimport("shell");
  const show = (output) => post(output.toJs({ dict_converter: Object.fromEntries }));
  cells = Cells(python.globals, show);
  return NAME;
}

// Wrap `fetch` to report the fraction of all bytes that has arrived. It counts them
// decompressed.
function counting(all) {
  const fetched = self.fetch;
  let come = 0;
  return async (...request) => {
    let response;
    try {
      response = await fetched(...request);
      if (!response.ok) throw new Error(`${response.status}: ${response.url}`);
    } catch (error) {
      fail(error);  // Pyodide itself would wait forever
      throw error;
    }
    const counter = new TransformStream({
      transform(chunk, through) {
        come += chunk.byteLength;
        if (come < all) say("loading", come / all);
        else say("starting");  // compiling it takes a while
        through.enqueue(chunk);
      },
    });
    return new Response(response.body.pipeThrough(counter), response);
  };
}
