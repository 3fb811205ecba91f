// Adapt Sphinx's search to the page's policy.
{
  // Sphinx evaluates a catalogue's rule for plurals, which the policy forbids.
  Documentation.addTranslations = ({ messages, locale }) => {
    Object.assign(Documentation.TRANSLATIONS, messages);
    Documentation.LOCALE = locale;
  };

  // Don't keep what the reader searched for.
  addEventListener("load", () => storage?.removeItem("sphinx_highlight_terms"));
}
