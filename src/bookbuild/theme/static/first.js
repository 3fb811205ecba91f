// Inline in each page's head: set the color scheme before the page is shown.
let storage = null;  // of this site, for all scripts; null where it is forbidden
try { storage = localStorage; } catch { /* a choice is for this page only */ }
{
  const page = document.documentElement;
  const look = storage?.getItem("look");
  page.classList.add("scripted");
  if (!location.protocol.startsWith("http")) delete page.dataset.python;  // not from files
  if (look) page.dataset.look = look;  // or the system's color scheme
}
