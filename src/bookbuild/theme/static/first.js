// Written into each page's head: what decides how it looks, before it is shown.
document.documentElement.classList.add("scripted");
try {
  const look = localStorage.getItem("look");
  if (look) document.documentElement.dataset.look = look;
} catch { /* it is forbidden here: then the system's look it is */ }
