// Point links to other editions at the section in view, and remember the choice.
{
  const here = () => {
    let found = "";
    for (const section of document.querySelectorAll("article section[id]")) {
      if (section.getBoundingClientRect().top < innerHeight / 3) found = section.id;
    }
    return scrollY > innerHeight / 3 ? found : "";
  };
  for (const link of document.querySelectorAll("a.edition")) {
    const aim = () => { link.hash = here(); };
    link.addEventListener("pointerdown", aim);
    link.addEventListener("focus", aim);
    link.addEventListener("click", () => {
      aim();
      try {
        localStorage.setItem("edition", link.dataset.edition);
      } catch { /* storage is forbidden here: the choice isn't remembered */ }
    });
  }
}
