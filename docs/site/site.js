"use strict";
(() => {
  const root = document.currentScript.dataset.root;
  const html = document.documentElement;
  const remembered = (() => { try { return localStorage.getItem("theme"); } catch { return null; } })();
  if (remembered) html.dataset.theme = remembered;
  document.querySelector(".theme").addEventListener("click", () => {
    const dark = html.dataset.theme ? html.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    html.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem("theme", html.dataset.theme); } catch { /* a page without storage forgets */ }
  });

  const menu = document.querySelector(".menu");
  menu.addEventListener("click", () => {
    menu.setAttribute("aria-expanded", String(document.querySelector(".pages").classList.toggle("open")));
  });
  document.querySelector(".pages [aria-current]")?.scrollIntoView({ block: "nearest" });

  // The index is a script of its own and comes when it is first needed.
  const field = document.querySelector(".search input");
  const list = document.querySelector(".results");
  let loading = null;
  const index = () => loading ??= new Promise((done) => {
    const script = document.createElement("script");
    script.src = `${root}/search.js`;
    script.onload = () => done(window.searchIndex);
    document.head.append(script);
  });

  const places = (entry, words) => {
    const has = (text) => words.every((word) => text.toLowerCase().includes(word));
    const found = [];
    if (has(entry.title)) found.push([4, entry.title, "", ""]);
    for (const [text, anchor] of entry.headings) if (has(text)) found.push([3, text, `#${anchor}`, entry.title]);
    if (!found.length && has(`${entry.title} ${entry.text}`)) {
      const at = Math.max(0, entry.text.toLowerCase().indexOf(words[0]) - 40);
      found.push([1, entry.title, "", `… ${entry.text.slice(at, at + 120)} …`]);
    }
    return found.map(([rank, text, anchor, more]) => ({ rank, text, more: more || entry.section, to: entry.page + anchor }));
  };

  const show = async () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const entries = words.length ? await index() : [];
    const found = entries.flatMap((entry) => places(entry, words)).sort((a, b) => b.rank - a.rank).slice(0, 20);
    list.replaceChildren(...found.map((one) => {
      const item = document.createElement("li"), link = document.createElement("a"), small = document.createElement("small");
      link.href = `${root}/${one.to}`;
      link.textContent = one.text;
      small.textContent = one.more;
      link.append(small);
      item.append(link);
      return item;
    }));
    if (words.length && !found.length) {
      const nothing = document.createElement("p");
      nothing.textContent = "Nothing found.";
      list.append(nothing);
    }
    list.hidden = !words.length;
  };
  field.addEventListener("input", show);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, textarea")) { event.preventDefault(); field.focus(); }
    if (event.key === "Escape") { list.hidden = true; field.blur(); }
    if (event.key === "Enter" && event.target === field) list.querySelector("a")?.click();
  });
  document.addEventListener("click", (event) => { if (!event.target.closest(".search")) list.hidden = true; });
})();
