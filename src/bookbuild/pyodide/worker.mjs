// Python for a page, in a worker: what it computes does not hold the page up, and the
// page can end it. Here, and nowhere else on the site, what somebody types is run.
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

// What breaks Python itself, such as `os._exit`, leaves no answer to wait for.
self.onunhandledrejection = ({ reason }) => {
  if (reason?.pyodide_fatal_error) fail(reason);
};

// Of Python or of its files; a cell's own error is an output.
function fail(error) {
  post({ type: "failed", text: String(error?.message ?? error) });
}

async function start() {
  say("loading", 0);
  const sizes = await (await fetch("sizes.json")).json();
  const uncounted = self.fetch;
  self.fetch = counting(Object.values(sizes).reduce((sum, size) => sum + size));
  const [python, modules] = await Promise.all([
    loadPyodide({ indexURL: new URL(".", self.location).href }),
    fetch("modules.zip").then((response) => response.arrayBuffer()),
  ]);
  self.fetch = uncounted;
  say("starting");
  python.unpackArchive(modules, "zip", { extractDir: "/modules" });
  python.runPython("import sys; sys.path.append('/modules')");
  const { Cells, NAME } = python.pyimport("bookbuild.pyodide.shell");
  const show = (output) => post(output.toJs({ dict_converter: Object.fromEntries }));
  cells = Cells(python.globals, show);
  return NAME;
}

// As `fetch`, and says what part of all bytes has come. What they are counted in is not
// what travels, which may be compressed.
function counting(all) {
  const fetched = self.fetch;
  let come = 0;
  return async (...request) => {
    let response;
    try {
      response = await fetched(...request);
      if (!response.ok) throw new Error(`${response.status}: ${response.url}`);
    } catch (error) {
      fail(error);  // Pyodide itself would wait for ever
      throw error;
    }
    const counter = new TransformStream({
      transform(chunk, through) {
        come += chunk.byteLength;
        say("loading", come / all);
        through.enqueue(chunk);
      },
    });
    return new Response(response.body.pipeThrough(counter), response);
  };
}
