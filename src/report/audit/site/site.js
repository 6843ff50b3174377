"use strict";
const form = document.getElementById("find");
const hits = document.getElementById("hits");
const entries = JSON.parse(document.getElementById("index").textContent);
const MOST = 50;

function show() {
  const words = document.getElementById("words").value.toLowerCase().split(/\s+/).filter(Boolean);
  hits.replaceChildren();
  if (words.length === 0) return;
  const has = (entry) => words.every((word) => entry.text.toLowerCase().includes(word));
  const found = entries.filter(has);
  for (const entry of found.slice(0, MOST)) {
    const link = document.createElement("a");
    link.href = entry.page;
    link.textContent = entry.text;
    const item = document.createElement("li");
    item.append(link);
    hits.append(item);
  }
  document.getElementById("shown").textContent = `${found.length} found`;
}

form.hidden = false;
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", show);
