/* The local page: two editors at most, each with its cores and changes, and what the model says as one types.
   All text is set as text; the state is in the fragment of the address, which no server sees. */
"use strict";
(function () {
  const { Viewer, make, number } = window.cyclesim;
  const DELAY = 70;
  const FIRST = "sgemm_6x8-a53.s";
  const panesHost = document.getElementById("panes");
  let offers, panes = [];

  function svg(name, attributes, parent) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const key in attributes) node.setAttribute(key, attributes[key]);
    if (parent) parent.append(node);
    return node;
  }

  function toggle(text, title, pressed, action) {
    const node = make("button", { type: "button", title, "aria-pressed": String(pressed) }, [text]);
    node.addEventListener("click", action);
    return node;
  }

  class Pane {
    constructor(state) {
      this.state = { text: "", cores: [], whatifs: [], changes: {}, shown: "", region: "", kernel: "", machine: false, ...state };
      this.sequence = 0;
      this.lines = new Map();
      this.errors = [];
      this.build();
      this.setText(this.state.text);
      this.controls();
      if (this.state.text) this.ask(0);
    }

    /* ---- what is there ---- */

    build() {
      this.choices = make("div", { class: "row" });
      this.machine = make("section", { class: "machine", "aria-label": "parameters of the core" });
      this.sums = make("div", {});
      this.gutter = make("div", { class: "gutter", "aria-hidden": "true" });
      this.mirror = make("pre", { "aria-hidden": "true" });
      this.area = make("textarea", { spellcheck: "false", autocomplete: "off", autocapitalize: "off", wrap: "off", "aria-label": "assembly" });
      this.code = make("div", { class: "code" }, [this.mirror, this.area]);
      this.why = make("div", { class: "why" });
      this.editor = make("div", { class: "editor" }, [make("div", { class: "sheet" }, [this.gutter, this.code, this.why])]);
      this.problems = make("ul", { class: "problems", role: "status" });
      this.notes = make("div", {});
      this.picture = make("div", {});
      this.root = make("section", { class: "pane" }, [this.choices, this.machine, this.sums, this.editor, this.problems, this.picture, this.notes]);
      this.area.addEventListener("input", () => { this.state.text = this.area.value; this.state.kernel = ""; this.paint(); this.ask(DELAY); });
      this.area.addEventListener("keydown", (event) => this.key(event));
      this.area.addEventListener("keyup", () => this.hint());
      this.area.addEventListener("click", () => { this.hint(); this.pointOut(); });
    }

    key(event) {
      // Escape, then Tab leaves the editor, so that the keyboard is never caught.
      const leaving = this.leaving;
      this.leaving = event.key === "Escape";
      if (event.key !== "Tab" || leaving || event.shiftKey || event.ctrlKey || event.altKey) return;
      event.preventDefault();
      this.area.setRangeText("\t", this.area.selectionStart, this.area.selectionEnd, "end");
      this.area.dispatchEvent(new Event("input"));
    }

    setText(text) {
      this.state.text = text;
      this.area.value = text;
      this.paint();
    }

    controls() {
      const state = this.state;
      const kernels = make("select", { "aria-label": "shipped kernel" }, [make("option", { value: "" }, ["shipped kernels …"])]);
      for (const isa of ["armv7", "aarch64"]) {
        const group = make("optgroup", { label: isa });
        for (const [of, name, needs] of offers.kernels)
          if (of === isa) group.append(make("option", { value: `${isa}/${name}` }, [needs ? `${name} (${needs})` : name]));
        kernels.append(group);
      }
      kernels.value = state.kernel;
      kernels.addEventListener("change", () => this.open(kernels.value));
      this.choices.replaceChildren(kernels, make("span", { class: "gap" }), make("span", { class: "name" }, ["cores"]));
      for (const [name, title] of offers.cores)
        this.choices.append(toggle(title.replace(/^Arm /, ""), title, state.cores.includes(name), () => this.flip("cores", name)));
      if (offers.whatifs.length) {
        this.choices.append(make("span", { class: "gap" }), make("span", { class: "name" }, ["what if"]));
        for (const name of offers.whatifs)
          this.choices.append(toggle(name, `what-if file ${name}`, state.whatifs.includes(name), () => this.flip("whatifs", name)));
      }
      const changed = Object.values(state.changes).some((one) => Object.keys(one).length);
      this.choices.append(make("span", { class: "gap" }), toggle(changed ? "machine, changed" : "machine", "change parameters of the core", state.machine, () => {
        state.machine = !state.machine;
        this.controls();
        this.sliders();
        remember();
      }));
      if (this.regions && this.regions.length > 1) {
        const select = make("select", { "aria-label": "region" }, [make("option", { value: "" }, ["region: automatic"])]);
        for (const name of this.regions) select.append(make("option", { value: name }, [name]));
        select.value = state.region;
        select.addEventListener("change", () => { state.region = select.value; this.ask(0); });
        this.choices.append(make("span", { class: "gap" }), select);
      }
      this.machine.hidden = !state.machine;
    }

    flip(list, name) {
      const now = this.state[list];
      const next = now.includes(name) ? now.filter((one) => one !== name) : [...now, name];
      if (list === "cores" && !next.length) return;
      this.state[list] = list === "cores" ? offers.cores.map(([core]) => core).filter((core) => next.includes(core)) : next;
      if (list === "cores" && !next.includes(this.state.shown)) this.state.shown = this.state.cores[0];
      this.controls();
      this.ask(0);
    }

    async open(path) {
      if (!path) return;
      const [isa, name] = path.split("/");
      const answer = await fetch(`/api/kernel/${isa}/${encodeURIComponent(name)}`);
      if (!answer.ok) return;
      const text = await answer.text();
      const needs = offers.kernels.find(([of, file]) => of === isa && file === name)[2];
      this.state.kernel = path;
      this.state.region = "";
      this.state.whatifs = needs ? [needs] : [];
      this.state.cores = this.state.cores.filter((core) => runs(core, isa));
      if (!this.state.cores.length) this.state.cores = [offers.cores.find(([core]) => runs(core, isa))[0]];
      if (!this.state.cores.includes(this.state.shown)) this.state.shown = this.state.cores[0];
      this.placed = false;
      this.lines = new Map();
      this.setText(text);
      this.controls();
      await this.ask(0);
    }

    scrollToCode() {
      const first = Math.min(...this.lines.keys());
      if (Number.isFinite(first)) this.editor.scrollTop = Math.max((first - 3) * 20, 0);
    }

    /* ---- asking ---- */

    ask(delay) {
      remember();
      clearTimeout(this.timer);
      return new Promise((done) => { this.timer = setTimeout(() => this.send().then(done), delay); });
    }

    async send() {
      const own = ++this.sequence, state = this.state;
      if (this.abort) this.abort.abort();
      this.abort = new AbortController();
      const body = JSON.stringify({ text: state.text, cores: state.cores, whatifs: state.whatifs, changes: state.changes, shown: state.shown, region: state.region });
      let reply;
      try {
        const answer = await fetch("/api/estimate", { method: "POST", headers: { "Content-Type": "application/json" }, body, signal: this.abort.signal });
        reply = await answer.json();
      } catch (error) {
        if (own !== this.sequence || error.name === "AbortError") return;
        reply = { refused: "the server doesn't answer" };
      }
      if (own === this.sequence) this.show(reply);
    }

    show(reply) {
      if (reply.refused) reply = { errors: [{ line: 0, message: reply.refused, hint: "" }], estimates: [], notes: [] };
      this.errors = reply.errors;
      this.root.classList.toggle("stale", !reply.estimates.length);
      if (reply.estimates.length) {
        this.estimates = reply.estimates;
        this.regions = reply.regions;
        const shown = reply.estimates.find((one) => one.timeline);
        this.lines = new Map();
        if (shown)
          for (const row of shown.lines) {
            if (!this.lines.has(row[0])) this.lines.set(row[0], []);
            this.lines.get(row[0]).push(row);
          }
        this.shown = shown;
        this.totals(reply);
        if (shown) this.draw(shown);
      }
      this.controls();
      this.sliders();
      this.paint();
      this.list();
      this.root.dataset.answers = String(Number(this.root.dataset.answers || 0) + 1);
      verdict();
      if (!this.placed && this.lines.size) {
        this.placed = true;
        this.scrollToCode();
      }
    }

    totals(reply) {
      const body = make("tbody", {});
      for (const one of reply.estimates) {
        const changed = Object.keys(this.state.changes[one.core] || {}).length;
        const row = make("tr", { tabindex: "0", "aria-selected": String(Boolean(one.timeline)) }, [
          make("th", { scope: "row" }, [one.title + (changed ? ", changed" : "")]),
          make("td", { class: "big" }, [one.schedule]),
          make("td", {}, [one.bound]), make("td", {}, [one.rate || "–"]), make("td", {}, [one.share ? `${one.share} %` : ""]),
          make("td", { title: one.sentence }, [`${one.limit}: ${one.sentence}`]),
        ]);
        const choose = () => { this.state.shown = one.core; this.ask(0); };
        row.addEventListener("click", choose);
        row.addEventListener("keydown", (event) => { if (event.key === "Enter") choose(); });
        body.append(row);
      }
      const loop = reply.estimates[0].loop ? "cycles an iteration" : "cycles in all";
      const heads = ["", loop, "bound", "ops/cycle", "of bound", "what limits"].map((head) => make("th", {}, [head]));
      const table = make("table", { class: "sums" }, [make("thead", {}, [make("tr", {}, heads)]), body]);
      this.sums.replaceChildren(make("p", { class: "facts" }, [reply.region_text]), table);
      if (this.shown) this.stalls(this.shown);
    }

    stalls(shown) {
      const whole = shown.stalls.reduce((sum, [, cycles]) => sum + cycles, 0) || 1;
      const bar = svg("svg", { class: "stack", viewBox: `0 0 ${whole} 1`, preserveAspectRatio: "none", "aria-hidden": "true" });
      const keys = make("ul", { class: "shares" });
      let x = 0;
      for (const [kind, cycles, family, words] of shown.stalls) {
        svg("rect", { class: `f-${family}`, x, y: 0, width: Math.max(cycles - whole / 400, 0), height: 1 }, bar);
        x += cycles;
        keys.append(make("li", { title: words }, [make("span", { class: `swatch b-${family}` }), kind, " ", make("span", { class: "n" }, [number(cycles)])]));
      }
      this.sums.append(bar, keys);
    }

    draw(shown) {
      if (this.viewer) {
        const scroll = this.viewer.scroll, place = [scroll.scrollTop, scroll.scrollLeft];
        this.viewer.load(shown.timeline);
        [scroll.scrollTop, scroll.scrollLeft] = place;
      } else this.viewer = new Viewer(this.picture, shown.timeline, { embedded: true, onselect: (line) => this.goTo(Number(line)) });
      this.notes.replaceChildren(...shown.notes.map((note) => make("p", { class: "note" }, [note])));
    }

    /* ---- the editor ---- */

    paint() {
      const lines = this.state.text.split("\n"), bad = new Map();
      for (const error of this.errors) if (error.line) bad.set(error.line, [...(bad.get(error.line) || []), error]);
      const gutter = document.createDocumentFragment(), code = document.createDocumentFragment(), why = document.createDocumentFragment();
      const digits = String(lines.length).length;
      lines.forEach((text, index) => {
        const line = index + 1, rows = this.lines.get(line), newline = index + 1 < lines.length ? "\n" : "";
        const cycle = make("span", { class: rows && rows[0][2] ? "cycle second" : "cycle" }, [rows ? number(rows[0][1]) : ""]);
        gutter.append(String(line).padStart(digits), " ", cycle, newline);
        highlight(code, text, bad.get(line));
        code.append(newline);
        why.append(this.reason(rows, line));
      });
      this.gutter.replaceChildren(gutter);
      this.mirror.replaceChildren(code);
      this.why.replaceChildren(why);
      for (const old of this.code.querySelectorAll(".under")) old.remove();
      for (const [line, errors] of bad) this.code.append(this.under(line, errors[0], lines[line - 1] || ""));
      this.hint();
    }

    reason(rows, line) {
      const node = make("div", {});
      if (!rows) return node;
      const [, , , waited, family, why] = rows[0];
      if (why) node.append(make("span", { class: `swatch b-${family}` }), why);
      if (waited > 1) {
        node.classList.add("lost");
        node.append(" ", make("b", {}, [`+${number(waited)}`]));
      }
      node.title = why;
      node.addEventListener("click", () => this.viewer && this.viewer.selectLine(line));
      return node;
    }

    under(line, error, text) {
      const column = expanded(text.slice(0, Math.max(error.column - 1, 0)));
      const node = make("div", { class: "under" }, [error.message]);
      node.dataset.line = String(line);
      node.style.top = `${6 + line * 20 + 1}px`;
      node.style.left = `calc(10px + ${column}ch)`;
      return node;
    }

    /* The message gives way while the caret is on the line it covers. */
    hint() {
      const line = this.area.value.slice(0, this.area.selectionStart).split("\n").length;
      for (const node of this.code.querySelectorAll(".under"))
        node.style.opacity = document.activeElement === this.area && Number(node.dataset.line) + 1 === line ? "0.12" : "1";
    }

    pointOut() {
      const line = this.area.value.slice(0, this.area.selectionStart).split("\n").length;
      if (this.lines.has(line) && this.viewer) this.viewer.selectLine(line);
    }

    goTo(line) {
      const top = (line - 1) * 20;
      if (top < this.editor.scrollTop || top > this.editor.scrollTop + this.editor.clientHeight - 40) this.editor.scrollTop = Math.max(top - this.editor.clientHeight / 2, 0);
    }

    list() {
      this.problems.replaceChildren(...this.errors.slice(0, 8).map((error) => {
        const place = make("button", { type: "button" }, [error.line ? `line ${error.line}` : error.core || "text"]);
        place.addEventListener("click", () => { if (error.line) this.goTo(error.line); });
        return make("li", {}, [place, ` ${error.message} `, make("span", { class: "hint" }, [error.hint || ""])]);
      }));
      if (this.errors.length > 8) this.problems.append(make("li", { class: "hint" }, [`and ${this.errors.length - 8} more`]));
    }

    /* ---- the machine ---- */

    sliders() {
      if (!this.shown || this.machine.contains(document.activeElement) && this.machine.dataset.core === this.shown.core) return;
      const core = this.shown.core, own = this.state.changes[core] || {};
      const reset = make("button", { type: "button" }, ["as the core is"]);
      reset.addEventListener("click", () => { delete this.state.changes[core]; reset.blur(); this.ask(0); });
      const grid = make("div", { class: "sliders" });
      for (const [name, value, least, most, step] of this.shown.parameters) grid.append(this.slider(core, name, own[name] || value, least, most, step));
      this.machine.dataset.core = core;
      this.machine.replaceChildren(make("div", { class: "row" }, [make("strong", {}, [this.shown.title]), make("span", { class: "gap" }), reset]), grid);
    }

    slider(core, name, value, least, most, step) {
      const id = `s${Math.random().toString(36).slice(2)}`, words = name.replace("_", " ");
      const input = make("input", { id, type: "range", min: String(least), max: String(most), step: String(step), value: String(value), "data-parameter": name });
      const output = make("output", { for: id }, [String(value)]);
      const row = make("div", { class: "slider" }, [make("label", { for: id, title: words }, [words]), input, output]);
      row.classList.toggle("changed", name in (this.state.changes[core] || {}));
      input.addEventListener("input", () => {
        this.state.changes[core] = { ...this.state.changes[core], [name]: input.value };
        output.textContent = input.value;
        row.classList.add("changed");
        this.ask(20);
      });
      return row;
    }
  }

  /* ---- text ---- */

  const TOKEN = /(\/\*.*?\*\/|\/\/.*|@.*|;.*)|(^\s*[\w.$]+:)|(^\s*\.\w+)|(^\s*[a-zA-Z][\w.]*)/;

  function highlight(parent, text, errors) {
    const marks = (errors || []).filter((error) => error.column).map((error) => [error.column - 1, error.column - 1 + Math.max(error.length, 1)]);
    const put = (piece, style, at) => {
      const mark = marks.find(([from, to]) => from < at + piece.length && to > at);
      if (!mark) return void parent.append(style ? make("span", { class: style }, [piece]) : piece);
      const from = Math.max(mark[0] - at, 0), to = Math.min(mark[1] - at, piece.length);
      if (from) parent.append(make("span", { class: style }, [piece.slice(0, from)]));
      parent.append(make("span", { class: `${style} bad` }, [piece.slice(from, to)]));
      if (to < piece.length) parent.append(make("span", { class: style }, [piece.slice(to)]));
    };
    let at = 0, rest = text, codeSeen = false;
    while (rest) {
      const found = TOKEN.exec(codeSeen ? " \u0000" + rest : rest);
      const shift = codeSeen ? 2 : 0;
      if (!found || found.index - shift < 0) { put(rest, "", at); break; }
      const index = found.index - shift;
      if (index > 0) put(rest.slice(0, index), "", at);
      const style = found[1] ? "c" : found[2] ? "l" : found[3] ? "d" : "m";
      put(found[0], style, at + index);
      if (style !== "l") codeSeen = true;
      at += index + found[0].length;
      rest = rest.slice(index + found[0].length);
    }
  }

  function expanded(text) {
    let column = 0;
    for (const character of text) column = character === "\t" ? (Math.floor(column / 8) + 1) * 8 : column + 1;
    return column;
  }

  function runs(core, isa) {
    return offers.cores.find(([name]) => name === core)[2].includes(isa);
  }

  /* ---- both panes ---- */

  function verdict() {
    const node = document.getElementById("verdict");
    const [one, two] = panes.map((pane) => pane.shown);
    if (!one || !two) { node.textContent = ""; return; }
    const left = Number(one.schedule), right = Number(two.schedule);
    const words = left === right ? "equally fast" : left < right ? `left is ${number((100 * (right - left)) / right)} % shorter` : `right is ${number((100 * (left - right)) / left)} % shorter`;
    node.textContent = `${one.schedule} against ${two.schedule} cycles: ${words}`;
  }

  function layout() {
    panesHost.replaceChildren(...panes.map((pane) => pane.root));
    panesHost.classList.toggle("two", panes.length > 1);
    document.getElementById("compare").setAttribute("aria-pressed", String(panes.length > 1));
    verdict();
  }

  function compare() {
    if (panes.length > 1) panes.pop();
    else panes.push(new Pane(JSON.parse(JSON.stringify(panes[0].state))));
    layout();
    remember();
  }

  /* ---- the link ---- */

  async function packed(text, kind) {
    const stream = new Blob([text]).stream().pipeThrough(kind);
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  async function encode(state) {
    const bytes = await packed(JSON.stringify(state), new CompressionStream("deflate-raw"));
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  async function decode(text) {
    const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(await packed(bytes, new DecompressionStream("deflate-raw"))));
  }

  let remembering;
  function remember() {
    clearTimeout(remembering);
    remembering = setTimeout(async () => {
      if (!panes.length) return;
      history.replaceState(null, "", "#s=" + (await encode(panes.map((pane) => pane.state))));
    }, 200);
  }

  /* A link is somebody else's text: only what has the shape of a state is taken from it. */
  function checked(states) {
    const texts = (list, known) => (Array.isArray(list) ? list.filter((one) => known.includes(one)) : []);
    return (Array.isArray(states) ? states.slice(0, 2) : []).map((state) => {
      const cores = texts(state.cores, offers.cores.map(([name]) => name)), changes = {};
      for (const core of cores) {
        const own = (state.changes || {})[core];
        if (own && typeof own === "object") changes[core] = Object.fromEntries(Object.entries(own).map(([name, value]) => [name, String(value)]));
      }
      return {
        text: String(state.text || "").slice(0, 200000), cores: cores.length ? cores : [offers.cores[0][0]], changes,
        whatifs: texts(state.whatifs, offers.whatifs), shown: String(state.shown || ""), region: String(state.region || ""),
        kernel: String(state.kernel || ""), machine: Boolean(state.machine),
      };
    });
  }

  async function restored() {
    const text = /^#s=([\w-]+)$/.exec(location.hash);
    if (!text) return [];
    try {
      return checked(await decode(text[1]));
    } catch (error) {
      return [];
    }
  }

  async function begin() {
    offers = await (await fetch("/api/start")).json();
    const states = await restored();
    if (states.length) {
      panes = states.map((state) => new Pane(state));
      layout();
    } else {
      const core = offers.cores[0][0], pane = new Pane({ text: offers.first[1], cores: [core], shown: core });
      panes = [pane];
      layout();
      const kernel = offers.kernels.find(([, name]) => name === FIRST) || offers.kernels[0];
      if (!offers.first[1] && kernel) await pane.open(`${kernel[0]}/${kernel[1]}`);
    }
  }

  document.getElementById("compare").addEventListener("click", compare);
  document.getElementById("link").addEventListener("click", async (event) => {
    history.replaceState(null, "", "#s=" + (await encode(panes.map((pane) => pane.state))));
    try { await navigator.clipboard.writeText(location.href); } catch (error) { /* the address bar has it too */ }
    event.target.textContent = "copied";
    setTimeout(() => { event.target.textContent = "copy link"; }, 1200);
  });
  window.addEventListener("hashchange", async () => {
    const states = await restored();
    if (states.length) { panes = states.map((state) => new Pane(state)); layout(); }
  });
  begin();
})();
