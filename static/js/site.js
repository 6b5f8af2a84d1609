// What script adds to pages that work without it: a print button, and ticks that are kept while one goes on looking.
(() => {
  "use strict";
  for (const place of document.querySelectorAll("[data-print-here]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet";
    button.textContent = document.documentElement.lang === "fr" ? "Imprimer" : document.documentElement.lang === "de" ? "Drucken" : "Print";
    button.addEventListener("click", () => window.print());
    place.replaceWith(button);
  }

  // Identifiers only, and only for as long as the tab lives.
  const store = {
    read() {
      try { return JSON.parse(sessionStorage.getItem("briefing") || "[]"); } catch { return []; }
    },
    write(keys) {
      try { sessionStorage.setItem("briefing", JSON.stringify(keys.slice(0, 40))); } catch { /* the page works without */ }
    },
  };
  if (document.querySelector("[data-signed-out]")) store.write([]);

  const ticks = document.querySelectorAll('input[type="checkbox"][name="e"]');
  const chosen = store.read();
  for (const tick of ticks) {
    if (chosen.includes(tick.value)) tick.checked = true;
    tick.addEventListener("change", () => {
      const rest = store.read().filter((key) => key !== tick.value);
      store.write(tick.checked ? [...rest, tick.value] : rest);
    });
  }
  const form = document.getElementById("briefing");
  if (form) {
    form.addEventListener("submit", () => {
      const here = new Set([...ticks].map((tick) => tick.value));
      for (const key of store.read().filter((value) => !here.has(value))) {
        const field = document.createElement("input");
        field.type = "hidden";
        field.name = "e";
        field.value = key;
        form.append(field);
      }
    });
  }
  for (const button of document.querySelectorAll("[data-briefing-add]")) {
    const key = button.dataset.briefingAdd;
    const others = store.read().filter((value) => value !== key);
    if (others.length) button.querySelector("[data-briefing-label]").append(` (${others.length})`);
    button.form.addEventListener("submit", () => {
      store.write([...others, key]);
      for (const value of others) {
        const field = document.createElement("input");
        field.type = "hidden";
        field.name = "e";
        field.value = value;
        button.form.prepend(field);
      }
    });
  }
  // On the briefing itself the address says what is chosen: later ticks go on from there.
  if (location.pathname.endsWith("/briefing/")) store.write(new URLSearchParams(location.search).getAll("e"));
})();
