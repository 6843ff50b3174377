"use strict";
// Search, filters and the theme. Without this script the page shows everything.
const filters = document.getElementById("filters");
const search = document.getElementById("search");
const shown = document.getElementById("shown");
const theme = document.getElementById("theme");
const rows = [...document.querySelectorAll("tr[data-status]")].map((row) => ({
  row,
  text: row.textContent.toLowerCase(),
  status: row.dataset.status,
  severity: row.dataset.severity,
}));
const groups = [...document.querySelectorAll("[data-group]")].reverse();

function checked(name) {
  return new Set([...filters.querySelectorAll(`[name=${name}]:checked`)].map((box) => box.value));
}

function apply() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const statuses = checked("status");
  const severities = checked("severity");
  let count = 0;
  for (const { row, text, status, severity } of rows) {
    const fits = statuses.has(status) && (!severity || severities.has(severity))
      && words.every((word) => text.includes(word));
    row.hidden = !fits;
    count += fits;
  }
  for (const group of groups) {
    group.hidden = !group.querySelector("tr[data-status]:not([hidden])");
  }
  shown.textContent = `${count} of ${rows.length} rows`;
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function label() {
  theme.textContent = isDark() ? "Light theme" : "Dark theme";
}

filters.hidden = false;
filters.addEventListener("input", apply);
filters.addEventListener("submit", (event) => event.preventDefault());
theme.addEventListener("click", () => {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  label();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", label);
addEventListener("beforeprint", () => {
  document.querySelectorAll("details").forEach((part) => { part.open = true; });
});
label();
apply();
