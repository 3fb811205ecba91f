// Run `codes` one after another in a Python that the page keeps, as its Run buttons do,
// and say all that was heard. With `last`, one more is run, and stopped once it has shown
// something. What never ends is given up, which no test waits for.
async ([module, address, codes, last]) => {
  const { Python } = await import(module);
  const python = globalThis.kept ??= new Python(address);
  const said = [];
  const ran = [];
  const start = () => python.start((...words) => said.push(words));
  const run = async (code, stop) => {
    const outputs = [];
    const show = (output) => {
      outputs.push(output);
      if (stop) python.stop().then(() => outputs.push({ forgotten: python.lost }));
    };
    const ok = await python.run(code, show).catch((error) => `${error}`);
    ran.push({ ok, outputs });
    if (typeof ok === "string") await start();
  };
  const all = async () => {
    if (python.lost) await start();
    for (const code of codes) await run(code);
    if (last) {
      await run(last, true);
      await start();
      await run("'first' in globals()");
    }
    return { name: python.name, said, ran };
  };
  const patience = new Promise((_, giveUp) => setTimeout(giveUp, 60000, "it did not end"));
  return Promise.race([all(), patience]).catch((error) => ({ failed: `${error}` }));
}
