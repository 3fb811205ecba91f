// After Sphinx's search: the words that were searched for are nobody else's business.
addEventListener("load", () => {
  try {
    localStorage.removeItem("sphinx_highlight_terms");
  } catch { /* it is forbidden here: then there are none */ }
});
