// Runs before the first paint, so that a dark page never flashes light.
(() => {
  let theme = null;
  try { theme = localStorage.getItem("theme"); } catch { /* storage is off */ }
  document.documentElement.dataset.theme = theme === "dark" || theme === "light" ? theme
    : matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
})();
