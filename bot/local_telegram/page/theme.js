// Runs before the first paint, so that a dark page never flashes white. No module: modules run too late for that.
(() => {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  let choice = "auto";
  try {
    choice = localStorage.getItem("phone.theme") ?? "auto";
  } catch {
    // Storage may be switched off; then the choice lasts as long as the page.
  }
  const apply = () => {
    document.documentElement.dataset.theme = choice === "auto" ? (system.matches ? "dark" : "light") : choice;
    document.documentElement.dataset.themeChoice = choice;
  };
  system.addEventListener("change", apply);
  apply();
  /** The choice of colours: "auto", "light" or "dark". */
  window.phoneTheme = {
    get choice() {
      return choice;
    },
    set choice(value) {
      choice = value;
      try {
        localStorage.setItem("phone.theme", value);
      } catch {
        // As above.
      }
      apply();
    },
  };
})();
