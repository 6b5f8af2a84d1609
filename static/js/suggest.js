// Suggestions while one types: a list under the search box that the arrow keys reach. The box works without.
(() => {
  "use strict";
  for (const form of document.querySelectorAll("form[data-suggest]")) {
    const input = form.querySelector('input[type="search"]');
    const list = document.createElement("ul");
    list.id = `${input.id}-suggestions`;
    list.className = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", form.querySelector("label").textContent.trim());
    list.hidden = true;
    input.parentElement.after(list);
    for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id], ["aria-autocomplete", "list"]]) {
      input.setAttribute(name, value);
    }
    let current = -1;
    let asked = "";
    let waiting = 0;
    let request = null;

    const close = () => {
      list.hidden = true;
      current = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const mark = (position) => {
      const options = list.children;
      if (!options.length) return;
      current = (position + options.length + 1) % (options.length + 1);
      [...options].forEach((option, index) => option.setAttribute("aria-selected", String(index === current)));
      if (current < options.length) input.setAttribute("aria-activedescendant", options[current].id);
      else input.removeAttribute("aria-activedescendant");
    };
    const show = (rows) => {
      list.replaceChildren(...rows.map((row, index) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${index}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.url = row.url;
        const text = document.createElement("span");
        text.lang = row.lang;
        text.textContent = row.text;
        const note = document.createElement("small");
        note.textContent = row.note;
        option.append(text, note);
        return option;
      }));
      current = rows.length;
      list.hidden = !rows.length;
      input.setAttribute("aria-expanded", String(!!rows.length));
      input.removeAttribute("aria-activedescendant");
    };
    const ask = async () => {
      const text = input.value.trim();
      if (text === asked) return;
      asked = text;
      if (request) request.abort();
      if (text.length < 2) { close(); return; }
      request = new AbortController();
      try {
        const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: request.signal });
        if (answer.ok && document.activeElement === input) show((await answer.json()).suggestions);
      } catch { /* the search itself still works */ }
    };
    input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 150); });
    input.addEventListener("keydown", (event) => {
      if (list.hidden || event.isComposing) return;
      if (event.key === "ArrowDown") { event.preventDefault(); mark(current + 1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); mark(current - 1); }
      else if (event.key === "Escape") { event.preventDefault(); close(); }
      else if (event.key === "Enter" && list.children[current]) { event.preventDefault(); location.assign(list.children[current].dataset.url); }
    });
    input.addEventListener("blur", () => setTimeout(close, 100));
    list.addEventListener("mousedown", (event) => {
      const option = event.target.closest("li");
      event.preventDefault();
      if (option) location.assign(option.dataset.url);
    });
  }
})();
