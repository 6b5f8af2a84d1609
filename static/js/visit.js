// Before a visit ends for want of activity, the page says so and offers to go on. Without script the login leads back.
(() => {
  "use strict";
  const place = document.querySelector("[data-visit]");
  if (!place) return;
  let waiting = 0;
  const look = (seconds) => {
    clearTimeout(waiting);
    place.hidden = seconds > 120;
    if (seconds > 0) waiting = setTimeout(() => ask(), Math.max(5, seconds > 120 ? seconds - 115 : 20) * 1000);
  };
  // Other windows may have gone on meanwhile: the server knows, and being asked is no activity.
  const ask = async (stay = "") => {
    try {
      const answer = await fetch(place.dataset.visit + stay, { headers: { Accept: "application/json" } });
      if (answer.ok) look((await answer.json()).seconds);
    } catch { waiting = setTimeout(() => ask(), 60000); }
  };
  place.querySelector("button").addEventListener("click", () => ask("?stay=1"));
  ask();
})();
