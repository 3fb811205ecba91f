// Reload a page that `bookbuild live` serves after each build, or show the build's errors.
// Poll each second: an open connection a tab would be too many, since browsers open six
// to a server. Don't reload where a reader has run cells, because it discards their state.
(() => {
  const NEWS = "This page has been rebuilt. Reload it to see the changes; that discards what you ran here.";
  const shown = document.currentScript.dataset.published;

  function bar() {
    const made = document.createElement("div");
    made.id = "live-complaint";
    made.setAttribute("role", "status");
    const style = new CSSStyleSheet();  // the page's policy forbids a `style` element
    style.replaceSync(`
      div#live-complaint {
        position: fixed; inset: auto 0 0 0; z-index: 2147483647;
        max-height: 30vh; overflow: auto; padding: 0.5em 1em;
        border-top: 3px solid #b3261e;
        background: light-dark(#fff4f2, #410e0b); color: light-dark(#410e0b, #ffdad6);
        font: 14px/1.4 monospace; white-space: pre-wrap; overflow-wrap: anywhere;
      }
      div#live-complaint:empty { display: none; }
      @media print { div#live-complaint { display: none; } }`);
    document.adoptedStyleSheets.push(style);
    document.body.append(made);
    return made;
  }

  // A page of the server's own has a place for the errors.
  const place = document.getElementById("live-complaint") ?? bar();

  function show(lines) {
    const text = lines.join("\n");
    if (place.textContent !== text) place.textContent = text;
  }

  async function ask() {
    try {
      const answer = await fetch("/_live/status", { cache: "no-store" });
      const { published, complaint } = await answer.json();
      // While a build replaces the site, there may be none.
      const news = published && published !== shown;
      const tried = "tried" in document.documentElement.dataset;
      if (news && !tried) return location.reload();
      show(news ? [...complaint, NEWS] : complaint);
    } catch {
      // The server has ended, or is restarting.
    }
    setTimeout(ask, 1000);
  }

  ask();
})();
