// Add a copy button to each block of code, and a link to each cell.
{
  const template = document.getElementById("code_tools");
  const blocks = "article div.highlight:not(.cell_output *, :has(div.highlight))";
  for (const block of document.querySelectorAll(blocks)) {
    const tools = template.content.firstElementChild.cloneNode(true);
    const [link, button] = tools.children;
    const cell = block.closest(".cell[id]");
    if (cell) link.href = `#${cell.id}`;
    else link.remove();
    if (navigator.clipboard) {
      const word = button.textContent;
      button.addEventListener("click", async () => {
        const code = block.querySelector("pre").textContent.trimEnd();
        await navigator.clipboard.writeText(code);
        button.textContent = button.dataset.done;
        setTimeout(() => { button.textContent = word; }, 2000);
      });
    } else {
      button.remove();  // not available on a page served without HTTPS
    }
    block.append(tools);
  }
}
