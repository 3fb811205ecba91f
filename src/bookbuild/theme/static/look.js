// Switch between light and dark; keep the choice while it differs from the system's.
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
    } catch { /* storage is forbidden here: the choice is for this page only */ }
  });
}
