// A link to another edition leads to the section that is being read, and is remembered.
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
      } catch { /* it is forbidden here: then the next visit begins as this one did */ }
    });
  }
}
