"use strict";
// Leaving at once: the page is gone before anything else happens, and its place in the history is
// taken by another. Without scripts the same button leaves too. Escape is left alone: it stops a
// page that is loading, and with it the leaving.
(() => {
  const form = document.getElementById("leave");
  if (!form) return;
  const root = document.documentElement;
  const within = 5000;
  let shifts = [];

  const leave = () => {
    root.className = "gone";
    document.title = "…";
    fetch("/i/leave", {
      method: "POST", keepalive: true, redirect: "manual", credentials: "same-origin",
    }).catch(() => {}); // whether it got there or not: away comes first
    window.location.replace(form.dataset.to);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    leave();
  });

  window.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") {
      shifts = []; // typing a capital is no wish to leave
      return;
    }
    if (event.repeat) return;
    shifts = [...shifts.filter((at) => event.timeStamp - at < within), event.timeStamp];
    if (shifts.length >= 3) leave();
  });

  // A page that the browser kept in memory is not shown again.
  window.addEventListener("pagehide", () => { root.className = "gone"; });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });

  const hint = document.getElementById("shift");
  if (hint) hint.hidden = false;
})();
