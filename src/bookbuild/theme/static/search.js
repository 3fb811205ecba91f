// Adapt Sphinx's search to the page's policy.
{
  // Sphinx evaluates a catalogue's rule for plurals, which the policy forbids.
  Documentation.addTranslations = ({ messages, locale }) => {
    Object.assign(Documentation.TRANSLATIONS, messages);
    Documentation.LOCALE = locale;
  };

  // A reader who comes by the button alone, as on a phone, wants to type.
  const wanted = new URLSearchParams(location.search).get("q");
  if (wanted === "") document.querySelector(".search-again input").focus();

  // Don't keep what the reader searched for.
  addEventListener("load", () => storage?.removeItem("sphinx_highlight_terms"));
}
