// Add buttons to the cells that can be run: by a kernel if `bookbuild live` served the
// page, or by Python in the page if the site has one. The first click loads cells.js,
// which handles them.
{
  const template = document.getElementById("run_tools");
  const kernels = document.querySelector("script[data-kernels]")?.dataset.kernels;
  const { python } = document.documentElement.dataset;
  const way = kernels
    ? { file: "kernel.js", address: kernels, where: "computer", which: ".cell" }
    : { file: "python.js", address: python, where: "page", which: ".cell.tag_live" };
  const base = document.currentScript.src;
  // A cell that checks a claim stands in the claim's box, perhaps below later cells.
  const order = (cell) => Number(cell.id.match(/\d+$/));

  if (template && way.address) {
    const boxes = [...document.querySelectorAll(`article ${way.which}`)]
      .filter((box) => box.querySelector(".cell_input pre"))
      .sort((one, other) => order(one) - order(other));
    for (const box of boxes) {
      const tools = template.content.firstElementChild.cloneNode(true);
      box.querySelector(".cell_input").append(tools);
    }

    let loading = null;
    const load = () => loading ??= import(new URL("cells.js", base))
      .then(({ take }) => take(boxes, way));
    addEventListener("click", ({ target }) => {
      const button = target.closest?.(".run button");
      if (button) load().then((press) => press(button), (error) => {
        loading = null;
        const why = template.dataset.unreachable.replace("{why}", error.message);
        button.parentElement.querySelector(".run-says").textContent = why;
      });
    });
    if (storage?.getItem("code")) load();  // perhaps of a cell of this page
  }
}
