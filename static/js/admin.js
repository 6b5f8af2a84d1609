// What the editing interface leaves without a name for those who do not see it: boxes of rich text, lines of a list,
// people at the same record.
(() => {
  "use strict";
  const nameRichText = () => {
    for (const box of document.querySelectorAll('.public-DraftEditor-content:not([aria-labelledby])')) {
      const label = box.closest("[data-field-wrapper]")?.querySelector("label[id]")?.id || box.closest("section[aria-labelledby]")?.getAttribute("aria-labelledby");
      if (label) box.setAttribute("aria-labelledby", label);
    }
  };
  // A list says once what its lines are, at its own head.
  const headOf = (box) => {
    for (let part = box.closest("section[data-panel]"); part; part = part.parentElement.closest("section[data-panel]")) {
      const head = part.querySelector(":scope > .w-panel__header .c-sf-block__type");
      if (head?.textContent.trim()) {
        head.id ||= `${part.id}-type`;
        return head.id;
      }
    }
    return "";
  };
  const nameLines = () => {
    for (const box of document.querySelectorAll("[data-streamfield-list-container] [data-field-input] :is(input, select, textarea):not([type=hidden], [aria-label], [aria-labelledby])")) {
      const head = box.labels.length ? "" : headOf(box);
      if (head) box.setAttribute("aria-labelledby", head);
    }
  };
  const namePeople = () => {
    for (const person of document.querySelectorAll("button.w-editing-sessions__session:not([aria-label])")) {
      // The tooltip may have taken its words out of the page by now.
      const held = person._tippy?.props.content ?? person.querySelector("[data-w-tooltip-target]");
      const words = typeof held === "string" ? new DOMParser().parseFromString(held, "text/html").body.textContent : held?.textContent;
      if (words) person.setAttribute("aria-label", words.replace(/\s+/g, " ").trim());
    }
  };
  // At once: Wagtail puts new buttons for people there every few seconds, and nobody should come upon one without a name.
  const name = () => { nameRichText(); nameLines(); namePeople(); };
  new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
  name();
})();
