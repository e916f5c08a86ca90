// The office's own few lines, beside htmx: what a page cannot say without a script.
"use strict";

(() => {
  const state = () => document.querySelector(".etat-garde");

  function say(text, wrong) {
    const place = state();
    if (place) {
      place.textContent = text;
      place.classList.toggle("faute", Boolean(wrong));
    }
  }

  // Between what is typed and what is kept: said, so that nobody leaves too soon.
  document.addEventListener("input", (event) => {
    if (event.target.closest("#brouillon")) say("Pas encore enregistré…");
  });
  document.addEventListener("htmx:sendError", () => {
    say("Le réseau ne répond pas. Ce que vous écrivez reste sur cette page ; l’enregistrement reprendra à la prochaine frappe.", true);
  });
  document.addEventListener("htmx:responseError", () => {
    say("L’enregistrement n’a pas abouti. Ce que vous écrivez reste sur cette page.", true);
  });

  // A link to a fault opens what hides it, and puts the cursor there.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#c-"]');
    const there = link && document.getElementById(link.hash.slice(1));
    if (!there) return;
    event.preventDefault();
    for (let up = there; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    const field = there.matches("input, select, textarea, fieldset") ? there : there.querySelector("input, select, textarea") || there;
    field.focus();
    field.scrollIntoView({ block: "center" });
  });

  // Enter moves on through the hours of a week, as in a table.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches(".jour-de-semaine input")) return;
    event.preventDefault();
    const all = [...document.querySelectorAll(".jour-de-semaine input")];
    const next = all[all.indexOf(event.target) + 1];
    if (next) next.select();
  });

  // Work that goes on without its page: told as it goes, then shown whole.
  const watched = document.querySelector("[data-progres]");
  if (watched) {
    const source = new EventSource(watched.dataset.progres);
    source.onmessage = (event) => {
      const { fait, sur, fini } = JSON.parse(event.data);
      if (fini) {
        source.close();
        location.reload();
        return;
      }
      watched.querySelector("[data-fait]").textContent = fait;
      watched.querySelector("[data-sur]").textContent = sur || "…";
      const bar = watched.querySelector("progress");
      if (sur) {
        bar.max = sur;
        bar.value = fait;
      }
    };
  }
})();
