// Reload a page that `bookbuild live` serves after each build, or show the build's errors.
// Where a reader has run or edited a cell, offer a button, because a reload discards that.
(() => {
  const NEWS = "There is a newer version of this page. Showing it discards what you ran here.\n";
  const shown = document.currentScript.dataset.published;
  const place = document.getElementById("live-complaint");
  let said = place.textContent;

  function hear({ published, complaint }) {
    // While a build replaces the site, there may be none.
    const news = published && published !== shown;
    if (news && !("tried" in document.documentElement.dataset)) return location.reload();
    const text = [...complaint, ...(news ? [NEWS] : [])].join("\n");
    if (text === said) return;
    place.textContent = said = text;
    if (!news) return;
    const button = document.createElement("button");
    button.textContent = "Show the new version";
    button.onclick = () => location.reload();
    place.append(button);
  }

  // Browsers open six connections to a server, but don't count WebSockets among them.
  function listen() {
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}/_live/news`);
    socket.onmessage = ({ data }) => hear(JSON.parse(data));
    socket.onclose = () => setTimeout(listen, 1000);  // the server ended, or restarts
  }

  listen();
})();
