
// Pick the edition that she chose; or else the first of her languages that has one, in
// any country; or else English.
const links = [...document.querySelectorAll("a[data-edition]")];
const named = (name) => links.find((link) => link.dataset.edition === name);
const spoken = (tag) => links.find(
  (link) => link.dataset.edition.split("-")[0] === tag.split("-")[0]);
let chosen = null;
try { chosen = localStorage.getItem("edition"); } catch { /* storage is forbidden */ }
const tags = navigator.languages.map((tag) => tag.toLowerCase());
const found = tags.map((tag) => named(tag) ?? spoken(tag)).find(Boolean);
addEventListener("DOMContentLoaded", () =>
  location.replace((named(chosen) ?? found ?? links[0]).href));
