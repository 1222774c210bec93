// What the keyboard and live updates need. Every page works without it.
(() => {
  "use strict";
  const KEPT = 4000; // stories marked read that this browser remembers
  const stories = [...document.querySelectorAll("[data-story]")];
  const read = load();
  let at = -1;

  stories.forEach((story) => story.classList.toggle("read", read[story.dataset.story] === story.dataset.updated));

  document.querySelectorAll(".needs-script").forEach((field) => { field.hidden = false; });
  if (new URLSearchParams(location.search).get("unread")) {
    stories.forEach((story) => { story.hidden = story.classList.contains("read"); });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    const act = { j: () => go(at + 1), k: () => go(at - 1), o: open, m: mark, "/": search }[event.key];
    if (act && (stories.length || event.key === "/")) {
      act();
      event.preventDefault();
    }
  });

  document.querySelectorAll("[data-filters] select").forEach((select) =>
    select.addEventListener("change", () => select.form.requestSubmit()));

  const fresh = document.querySelector("[data-events]");
  if (fresh && window.EventSource) {
    const source = new EventSource(fresh.dataset.events);
    source.addEventListener("stories", (event) => {
      const count = JSON.parse(event.data).new;
      fresh.firstElementChild.textContent = count === 1 ? "1 new story" : `${count} new stories`;
      fresh.hidden = count === 0;
    });
    window.addEventListener("pagehide", () => source.close());
  }

  function go(to) {
    const step = to < at ? -1 : 1;
    at = Math.max(0, Math.min(to, stories.length - 1));
    while (stories[at].hidden && stories[at + step]) at += step;
    stories.forEach((story, number) => story.classList.toggle("here", number === at));
    stories[at].querySelector("h2 a").focus({ preventScroll: true });
    stories[at].scrollIntoView({ block: "nearest" });
  }

  function open() {
    if (at >= 0) stories[at].querySelector("h2 a").click();
  }

  function mark() {
    if (at < 0) return;
    const { story, updated } = stories[at].dataset;
    if (read[story] === updated) delete read[story];
    else read[story] = updated;
    stories[at].classList.toggle("read", read[story] === updated);
    try {
      localStorage.setItem("read", JSON.stringify(Object.fromEntries(Object.entries(read).slice(-KEPT))));
    } catch { /* a private window keeps nothing */ }
  }

  function search() {
    const field = document.querySelector("[data-search]");
    if (field) field.focus();
    else location.assign("/search");
  }

  function load() {
    try {
      return JSON.parse(localStorage.getItem("read")) || {};
    } catch {
      return {};
    }
  }
})();
