// The button for light or dark; a choice is kept while it is not what the system says.
{
  const system = matchMedia("(prefers-color-scheme: dark)");
  const page = document.documentElement;
  document.querySelector("button.look").addEventListener("click", () => {
    const wanted = system.matches ? "dark" : "light";
    const shown = page.dataset.look ?? wanted;
    const next = shown === "dark" ? "light" : "dark";
    try {
      if (next === wanted) {
        delete page.dataset.look;
        localStorage.removeItem("look");
      } else {
        page.dataset.look = next;
        localStorage.setItem("look", next);
      }
    } catch { /* it is forbidden here: then it is for this page only */ }
  });
}
