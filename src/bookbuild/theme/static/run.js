// Buttons for cells that can be run: by a kernel on this machine where the page comes from
// `press live`, or by a Python in the page where the site brings one. What they do is in
// cells.js, which the first click loads.
{
  const template = document.getElementById("run-tools");
  const kernels = document.querySelector("script[data-kernels]")?.dataset.kernels;
  const { python } = document.documentElement.dataset;
  const way = kernels
    ? { file: "kernel.js", address: kernels, where: "computer", which: ".cell" }
    : { file: "python.js", address: python, where: "page", which: ".cell.tag_live" };
  const base = document.currentScript.src;

  if (template && way.address && location.protocol.startsWith("http")) {
    const boxes = [...document.querySelectorAll(`article ${way.which}`)]
      .filter((box) => box.querySelector(".cell_input pre"));
    for (const box of boxes) {
      box.querySelector(".cell_input").append(template.content.cloneNode(true));
    }
    const note = document.getElementById("in-page-note");
    if (!kernels && note) boxes[0]?.before(note.content.cloneNode(true));

    let loading = null;
    const load = () => loading ??= import(new URL("cells.js", base)).then(({ take }) => {
      removeEventListener("click", first);
      take(boxes, way);
    });
    const first = async ({ target }) => {
      const button = target.closest?.(".run button");
      if (!button) return;
      try {
        await load();
        button.click();  // it is known now what that means
      } catch (error) {
        loading = null;
        const why = template.dataset.unreachable.replace("{why}", error.message);
        button.parentElement.querySelector(".run-says").textContent = why;
      }
    };
    addEventListener("click", first);
    try {
      if (localStorage.getItem("code")) load();  // perhaps of a cell of this page
    } catch { /* it is forbidden here: then nothing was kept */ }
  }
}
