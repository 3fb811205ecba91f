// Inline in each page's head: set the color scheme before the page is shown.
document.documentElement.classList.add("scripted");
try {
  const look = localStorage.getItem("look");
  if (look) document.documentElement.dataset.look = look;
} catch { /* storage is forbidden here: use the system's color scheme */ }
