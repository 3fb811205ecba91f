// Each piece of code can be copied, and each cell has an address.
{
  const template = document.getElementById("code-tools");
  for (const block of document.querySelectorAll("article div.highlight")) {
    if (block.closest(".cell_output") || block.querySelector("div.highlight")) continue;
    const tools = document.createElement("div");
    tools.className = "code-tools";
    tools.append(template.content.cloneNode(true));
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
      button.remove();  // a page that came unencrypted may not copy
    }
    block.append(tools);
  }
}
