// What script adds to pages for security keys: the buttons that only script can serve, and words when a key fails.
(() => {
  "use strict";
  if (!window.PublicKeyCredential) return;
  for (const part of document.querySelectorAll("[data-needs-script]")) part.hidden = false;
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    for (const part of document.querySelectorAll("[data-key-trouble]")) part.hidden = false;
  });
})();
