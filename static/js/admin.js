// What the editing interface leaves without a name for those who do not see it: boxes of rich text, people at the same record.
(() => {
  "use strict";
  const name = () => {
    for (const box of document.querySelectorAll('.public-DraftEditor-content:not([aria-labelledby])')) {
      const label = box.closest("[data-field-wrapper]")?.querySelector("label[id]")?.id || box.closest("section[aria-labelledby]")?.getAttribute("aria-labelledby");
      if (label) box.setAttribute("aria-labelledby", label);
    }
    for (const person of document.querySelectorAll("button.w-editing-sessions__session:not([aria-label])")) {
      // The tooltip has taken its words out of the page by now.
      const held = person._tippy?.props.content ?? person.querySelector("[data-w-tooltip-target]");
      const words = typeof held === "string" ? new DOMParser().parseFromString(held, "text/html").body.textContent : held?.textContent;
      if (words) person.setAttribute("aria-label", words.replace(/\s+/g, " ").trim());
    }
  };
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => { waiting = false; name(); }, 200);
  };
  new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
  name();
})();
