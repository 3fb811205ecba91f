// Switch between light and dark; keep the choice while it differs from the system's.
{
  const system = matchMedia("(prefers-color-scheme: dark)");
  const page = document.documentElement;
  document.querySelector("button.look").addEventListener("click", () => {
    const wanted = system.matches ? "dark" : "light";
    const shown = page.dataset.look ?? wanted;
    const next = shown === "dark" ? "light" : "dark";
    if (next === wanted) {
      delete page.dataset.look;
      storage?.removeItem("look");
    } else {
      page.dataset.look = next;
      storage?.setItem("look", next);
    }
  });
}
