// Pictures without words for who can't see them: a name, and its numbers in a table.
() => {
  const isNamed = (picture) =>
    picture.ariaLabel?.trim() ||
    picture.ariaLabelledByElements?.length ||
    picture.alt?.trim() ||
    picture.querySelector(":scope > title")?.textContent.trim();
  const seen = (picture) =>
    !picture.closest("[aria-hidden=true]") && picture.checkVisibility();
  const drawings = [...document.querySelectorAll("svg, img")].filter(
    (picture) => seen(picture) && !picture.ownerSVGElement);
  const nameless = drawings
    .filter((picture) => !isNamed(picture))
    .map((picture) => `${picture.localName} without a name`);
  const tableless = [...document.querySelectorAll("main figure")]
    .filter((figure) => figure.querySelector("svg, img"))
    .filter((figure) => !figure.querySelector("details table"))
    .map((figure) => `figure.${figure.className} without a table`);
  return [...nameless, ...tableless];
}
