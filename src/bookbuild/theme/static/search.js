// Around Sphinx's search.
{
  // It evaluates a catalogue's rule for plurals, which the page's policy forbids.
  Documentation.addTranslations = ({ messages, locale }) => {
    Object.assign(Documentation.TRANSLATIONS, messages);
    Documentation.LOCALE = locale;
  };

  // The words that were searched for are nobody else's business.
  addEventListener("load", () => {
    try {
      localStorage.removeItem("sphinx_highlight_terms");
    } catch { /* it is forbidden here: then there are none */ }
  });
}
