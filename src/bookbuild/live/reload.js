// Reload a page that `bookbuild live` serves after each build, or show the build's errors.
// Poll each second: an open connection a tab would be too many, since browsers open six
// to a server. Don't reload where a reader has run cells, because it discards their state.
(() => {
  const NEWS = "This page has been rebuilt. Reload it to see the changes; that discards what you ran here.";
  const shown = document.currentScript.dataset.published;

  function show(lines) {
    const place = document.getElementById("live-complaint");
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
