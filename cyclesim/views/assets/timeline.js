/* The timeline viewer: draws only what is in view, so a run of 100,000 issues scrolls like a loop of ten.
   Text from the assembly goes through textContent alone; nothing is ever parsed as markup. */
"use strict";
(function () {
  const SVG = "http://www.w3.org/2000/svg";
  const ROW = 20, LANE = 15, AXIS = 22, GAP = 8;
  const LEAST_SCALE = 0.05, MOST_SCALE = 80, PRINT_ROWS = 600;
  let instances = 0;

  function make(name, attributes, children) {
    const node = document.createElement(name);
    for (const key in attributes) node.setAttribute(key, attributes[key]);
    for (const child of children || []) node.append(child);
    return node;
  }

  function shape(parent, name, attributes, text) {
    const node = document.createElementNS(SVG, name);
    for (const key in attributes) node.setAttribute(key, attributes[key]);
    if (text !== undefined) node.textContent = text;
    parent.appendChild(node);
    return node;
  }

  function summed(differences) {
    const values = new Int32Array(differences.length);
    for (let i = 0, sum = 0; i < values.length; i++) values[i] = sum += differences[i];
    return values;
  }

  /* Columns as they come, with differences summed up and what the drawing looks up worked out once. */
  function decode(data) {
    const bars = data.bars, holds = data.holds, arrows = data.arrows, count = bars.start.length;
    const one = {
      data, count, rows: data.rows, tpc: data.tpc, end: data.end, items: data.items, lanes: data.lanes, texts: data.texts,
      item: summed(bars.item), iteration: summed(bars.iteration), start: summed(bars.start), length: Int32Array.from(bars.length),
      lane: Int32Array.from(bars.lane), ready: Int32Array.from(bars.ready), waited: Int32Array.from(bars.waited), lost: Int32Array.from(bars.lost),
      kind: Int32Array.from(bars.kind), why: Int32Array.from(bars.why), slack: Int32Array.from(bars.slack),
      to: summed(arrows.to), from: Int32Array.from(arrows.from), source: arrows.source, akind: arrows.kind,
      label: arrows.label, tick: arrows.tick, binding: arrows.binding,
    };
    one.laneBars = data.lanes.map(() => []);
    for (let i = 0; i < count; i++) one.laneBars[one.lane[i]].push([one.start[i], one.start[i] + one.length[i], i]);
    const holder = summed(holds.bar);
    for (let i = 0; i < holder.length; i++) {
      const bar = holder[i], start = one.start[bar] + holds.start[i];
      one.laneBars[holds.lane[i]].push([start, start + holds.length[i], bar]);
    }
    for (const list of one.laneBars) list.sort((a, b) => a[0] - b[0]);
    one.shownLanes = data.lanes.map((_, i) => i).filter((i) => one.laneBars[i].length || data.lanes[i][1] === data.lanes[0][1]);
    one.firstArrow = new Int32Array(count + 1);
    for (let i = 0; i < one.to.length; i++) one.firstArrow[one.to[i] + 1]++;
    for (let i = 0; i < count; i++) one.firstArrow[i + 1] += one.firstArrow[i];
    one.readers = new Map();
    for (let i = 0; i < one.to.length; i++) {
      if (!one.from[i]) continue;
      const producer = one.to[i] - one.from[i];
      if (!one.readers.has(producer)) one.readers.set(producer, []);
      one.readers.get(producer).push(i);
    }
    one.charged = new Array(data.kinds.length).fill(0);
    for (let i = 0; i < count; i++) if (one.kind[i] >= 0) one.charged[one.kind[i]] += one.waited[i];
    const units = new Map();
    for (const item of data.items) if (!units.has(item[4])) units.set(item[4], "u" + Math.min(units.size, 7));
    one.units = units;
    return one;
  }

  class Viewer {
    constructor(host, data, options) {
      this.options = options || {};
      this.id = ++instances;
      this.mode = "reason";
      this.only = null;
      this.selected = -1;
      this.hovered = -1;
      this.frame = 0;
      this.build(host);
      this.load(data);
    }

    /* ---- the page around the drawing ---- */

    build(host) {
      this.legend = make("ul", { class: "tl-legend", "aria-label": "legend" });
      this.byReason = this.button("by reason", "colour by what each instruction waited for (c)", () => this.colour("reason"));
      this.byUnit = this.button("by unit", "colour by where each instruction executes (c)", () => this.colour("unit"));
      this.colourButtons();
      const tools = make("div", { class: "tl-tools" }, [
        this.byReason, this.byUnit,
        this.button("−", "zoom out (-)", () => this.zoom(1 / 1.4)), this.button("+", "zoom in (+)", () => this.zoom(1.4)),
        this.button("fit", "fit the width (0)", () => this.fit()),
      ]);
      if (!this.options.embedded) tools.append(this.button("◐", "light or dark (t)", theme));
      this.space = make("div", { class: "tl-space" });
      this.svg = document.createElementNS(SVG, "svg");
      this.svg.setAttribute("class", "tl-svg");
      this.space.append(this.svg);
      this.scroll = make("div", { class: "tl-scroll", tabindex: "0", role: "group", "aria-label": "timeline; arrow keys move, plus and minus zoom" }, [this.space]);
      this.side = make("aside", { class: "tl-side", "aria-live": "polite" });
      this.root = make("div", { class: "tl" }, [
        make("div", { class: "tl-bar" }, [this.legend, tools]),
        make("div", { class: "tl-body" }, [this.scroll, this.side]),
      ]);
      host.append(this.root);
      this.listen();
    }

    button(text, title, action) {
      const node = make("button", { type: "button", title, "aria-label": title }, [text]);
      node.addEventListener("click", action);
      return node;
    }

    listen() {
      this.scroll.addEventListener("scroll", () => { this.follow(); this.redraw(); }, { passive: true });
      this.scroll.addEventListener("keydown", (event) => this.key(event));
      this.scroll.addEventListener("wheel", (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, event.clientX);
      }, { passive: false });
      this.svg.addEventListener("pointermove", (event) => this.hover(this.barAt(event)));
      this.svg.addEventListener("pointerleave", () => this.hover(-1));
      this.svg.addEventListener("click", (event) => {
        const bar = this.barAt(event);
        this.select(bar === this.selected ? -1 : bar);
      });
      new ResizeObserver(() => { if (this.t && !this.kept) { this.measure(); this.resize(); this.draw(); } }).observe(this.scroll);
      window.addEventListener("beforeprint", () => this.print(true));
      window.addEventListener("afterprint", () => this.print(false));
    }

    load(data) {
      this.t = decode(data);
      this.selected = this.hovered = -1;
      this.only = null;
      this.mode = this.t.rows ? this.mode : "unit";
      this.colourButtons();
      this.root.classList.toggle("lanes-only", !this.t.rows);
      this.scroll.scrollTop = this.scroll.scrollLeft = 0;
      this.measure();
      this.scale = this.fitting();
      this.resize();
      this.legendItems();
      this.explain();
      this.draw();
    }

    /* ---- sizes ---- */

    measure() {
      if (!this.t) return;
      const shown = this.t.rows ? this.t.items : this.t.lanes;
      const longest = shown.reduce((most, item) => Math.max(most, item[0].length), 8);
      this.digits = this.t.items.reduce((most, item) => Math.max(most, String(item[1]).length), 1);
      this.width = this.scroll.clientWidth || 900;
      this.left = Math.round(Math.min(Math.max(28 + this.digits * 7.3 + longest * 7.3, 120), Math.max(this.width * 0.4, 150)));
      this.top = AXIS + this.t.shownLanes.length * LANE + GAP;
    }

    fitting() {
      const cycles = Math.max(this.t.end / this.t.tpc, 1);
      const whole = (this.width - this.left - 24) / (cycles + 1);
      if (!this.t.rows) return Math.min(Math.max(whole, LEAST_SCALE), 30);
      return whole >= 13 ? Math.min(whole, 30) : 17;
    }

    resize() {
      const cycles = this.lastTick() / this.t.tpc;
      this.space.style.width = Math.max(Math.ceil(this.left + cycles * this.scale + (this.t.rows ? 170 : 12)), this.width) + "px";
      this.space.style.height = this.height() + "px";
    }

    height() { return this.t.rows ? this.top + this.t.count * ROW + 10 : this.top; }

    lastTick() {
      if (this.last === undefined || this.lastOf !== this.t) {
        this.last = this.t.end;
        this.lastOf = this.t;
        for (let i = 0; i < this.t.count; i++) this.last = Math.max(this.last, this.t.start[i] + this.t.length[i]);
      }
      return this.last;
    }

    x(tick) { return this.left + 6 + (tick / this.t.tpc) * this.scale - this.scroll.scrollLeft; }
    y(row) { return this.top + row * ROW - this.scroll.scrollTop; }

    zoom(factor, clientX) {
      const box = this.scroll.getBoundingClientRect();
      const chosen = this.selected >= 0 ? this.x(this.t.start[this.selected]) : -1;
      const middle = chosen >= this.left && chosen <= this.width ? chosen : this.left + (this.width - this.left) / 2;
      const at = clientX === undefined ? middle : Math.max(clientX - box.left, this.left);
      const cycle = (at - this.left + this.scroll.scrollLeft) / this.scale;
      this.scale = Math.min(Math.max(this.scale * factor, LEAST_SCALE), MOST_SCALE);
      this.resize();
      this.scroll.scrollLeft = cycle * this.scale - (at - this.left);
      this.redraw();
    }

    fit() {
      this.scale = Math.min(Math.max((this.width - this.left - 24) / (this.t.end / this.t.tpc + 1), LEAST_SCALE), MOST_SCALE);
      this.scroll.scrollLeft = 0;
      this.resize();
      this.redraw();
    }

    /* Scrolling down moves time along, so that the rows in view keep their bars in view. */
    follow() {
      if (this.scroll.scrollTop === this.seenTop) return;
      this.seenTop = this.scroll.scrollTop;
      const rows = (this.scroll.clientHeight - this.top) / ROW;
      const first = Math.floor(this.scroll.scrollTop / ROW);
      const middle = Math.min(Math.floor(first + rows / 2), this.t.count - 1);
      if (middle < 0) return;
      const x = this.x(this.t.start[middle]);
      if (x >= this.left && x <= this.width - 60) return;
      this.scroll.scrollLeft = Math.max((this.t.start[Math.min(first, this.t.count - 1)] / this.t.tpc - 2) * this.scale, 0);
    }

    redraw() {
      if (!this.frame) this.frame = requestAnimationFrame(() => { this.frame = 0; this.draw(); });
    }

    /* ---- drawing ---- */

    draw() {
      const t = this.t, svg = this.svg, scroll = this.scroll;
      if (!t) return;
      const height = this.kept ? this.kept.height : t.rows ? Math.max(Math.min(scroll.clientHeight, this.height()), 60) : this.top;
      svg.setAttribute("width", this.width);
      svg.setAttribute("height", height);
      svg.replaceChildren();
      this.patterns();
      const first = Math.max(Math.floor(scroll.scrollTop / ROW), 0);
      const last = t.rows ? Math.min(Math.ceil((scroll.scrollTop + height - this.top) / ROW), t.count) : first;
      this.grid(height);
      const active = this.hovered >= 0 ? this.hovered : this.selected;
      if (active >= 0 && t.rows) shape(svg, "rect", { class: "sel", x: 0, y: this.y(active), width: this.width, height: ROW });
      for (let row = first; row < last; row++) this.row(row);
      if (active >= 0 && t.rows) this.arrows(active);
      this.listing(first, last, active, height);
      this.strip(active);
    }

    patterns() {
      const defs = shape(this.svg, "defs", {});
      for (const family of ["unit", "data", "issue", "front", "none"]) {
        const pattern = shape(defs, "pattern", { id: `h${this.id}-${family}`, width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
        shape(pattern, "rect", { width: 5, height: 5, class: `f-${family}`, opacity: 0.14 });
        shape(pattern, "rect", { width: 1.6, height: 5, class: `f-${family}`, opacity: 0.75 });
      }
    }

    gridStep() {
      for (const step of [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000])
        if (step * this.scale >= 44) return step;
      return 1000000;
    }

    grid(height) {
      const t = this.t, step = this.gridStep(), fine = this.scale >= 9 ? 1 : step;
      const start = Math.max(Math.floor(this.scroll.scrollLeft / this.scale / fine) * fine, 0);
      const stop = Math.min((this.scroll.scrollLeft + this.width) / this.scale, this.lastTick() / t.tpc + 200 / this.scale);
      for (let cycle = start; cycle <= stop; cycle += fine) {
        const x = this.x(cycle * t.tpc);
        shape(this.svg, "line", { class: cycle % step ? "grid" : "rule", x1: x, x2: x, y1: this.top, y2: height });
      }
      for (const [tick] of this.visibleMarks()) {
        const x = this.x(tick);
        shape(this.svg, "line", { class: "mark", x1: x, x2: x, y1: AXIS, y2: height });
      }
    }

    visibleMarks() {
      const from = this.scroll.scrollLeft - 60, to = this.scroll.scrollLeft + this.width;
      return this.t.data.marks.filter(([tick]) => {
        const x = (tick / this.t.tpc) * this.scale;
        return x >= from && x <= to;
      });
    }

    family(bar) {
      return this.t.kind[bar] < 0 ? "none" : this.t.data.kinds[this.t.kind[bar]][2];
    }

    fill(bar) {
      if (this.mode === "unit") return this.t.units.get(this.t.items[this.t.item[bar]][4]);
      return this.t.waited[bar] ? this.family(bar) : "none";
    }

    dimmed(bar) {
      if (this.only === null) return "";
      const own = this.mode === "unit" ? this.t.items[this.t.item[bar]][4] : this.t.kind[bar];
      return own === this.only ? "" : " dim";
    }

    row(bar) {
      const t = this.t, y = this.y(bar), middle = y + ROW / 2, start = t.start[bar];
      const x = this.x(start), end = this.x(start + t.length[bar]), fill = this.fill(bar);
      const group = shape(this.svg, "g", { class: this.dimmed(bar).trim() });
      const lost = Math.min(t.lost[bar], start);
      if (lost > 0) {
        const from = this.x(start - lost);
        shape(group, "rect", { x: from, y: y + 5, width: Math.max(x - from, 0), height: ROW - 10, fill: `url(#h${this.id}-${this.family(bar)})` });
      }
      let right = end;
      if (t.ready[bar] > t.length[bar]) {
        right = this.x(start + t.ready[bar]);
        shape(group, "rect", { class: `tail f-${fill}`, x: end, y: middle - 1.5, width: right - end, height: 3 });
        shape(group, "rect", { class: `f-${fill}`, x: right - 1.5, y: middle - 3.5, width: 1.5, height: 7 });
      }
      shape(group, "rect", { class: `f-${fill}`, x: x + 0.5, y: y + 3, width: Math.max(end - x - 1, 1.5), height: ROW - 6, rx: 2 });
      if (lost > 0 && this.scale >= 5) {
        const words = `${number(lost / t.tpc)} lost: ${t.texts[t.why[bar]]}`, length = words.length * 6.1 + 14;
        const before = this.x(start - lost);
        // At the right edge the words stand in front of the lost cycles.
        if (right + length > this.width && before - length > this.left)
          shape(group, "text", { class: "quiet small", x: before - 7, y: middle, "text-anchor": "end" }, words);
        else shape(group, "text", { class: "quiet small", x: right + 7, y: middle }, words);
      }
    }

    listing(first, last, active, height) {
      const t = this.t, svg = this.svg;
      shape(svg, "rect", { class: "paper", x: 0, y: 0, width: this.left, height });
      if (active >= 0 && t.rows) shape(svg, "rect", { class: "sel", x: 0, y: this.y(active), width: this.left, height: ROW });
      const room = Math.floor((this.left - 28 - this.digits * 7.3) / 7.25), code = 20 + this.digits * 7.3;
      for (let row = first; row < last; row++) {
        const item = t.items[t.item[row]], middle = this.y(row) + ROW / 2;
        const group = shape(svg, "g", { class: this.dimmed(row).trim() });
        shape(group, "text", { class: "faint", x: code - 8, y: middle, "text-anchor": "end" }, item[1] ? String(item[1]) : "");
        shape(group, "text", { x: code, y: middle }, item[0].length > room ? item[0].slice(0, room - 1) + "…" : item[0]);
        if (row + 1 < t.count && t.start[row + 1] === t.start[row] && t.lane[row + 1] !== t.lane[row])
          shape(svg, "path", { class: "tie", d: `M${this.left - 2} ${middle}h-4v${ROW}h4` });
        if (row && t.iteration[row] !== t.iteration[row - 1])
          shape(svg, "line", { class: "mark", x1: 0, x2: this.width, y1: this.y(row), y2: this.y(row) });
      }
      shape(svg, "line", { class: "rule", x1: this.left + 0.5, x2: this.left + 0.5, y1: 0, y2: height });
    }

    strip(active) {
      const t = this.t, svg = this.svg;
      shape(svg, "rect", { class: "panel", x: 0, y: 0, width: this.width, height: this.top });
      const inner = shape(svg, "svg", { x: this.left, y: 0, width: Math.max(this.width - this.left, 1), height: this.top, overflow: "hidden" });
      const step = this.gridStep(), begin = Math.max(Math.floor(this.scroll.scrollLeft / this.scale / step) * step, 0);
      for (let cycle = begin; ; cycle += step) {
        const x = this.x(cycle * t.tpc) - this.left;
        if (x > this.width || cycle * t.tpc > this.lastTick() + 200 * t.tpc) break;
        shape(inner, "text", { class: "quiet small", x: x + 3, y: AXIS / 2 }, String(cycle));
        shape(inner, "line", { class: "rule", x1: x, x2: x, y1: 4, y2: this.top });
      }
      const marks = this.visibleMarks();
      if (t.data.marks.length > 1)
        for (const [tick, label] of marks) {
          const x = this.x(tick) - this.left;
          shape(inner, "line", { class: "mark", x1: x, x2: x, y1: 0, y2: this.top });
          if (this.scale >= 6) shape(inner, "text", { class: "faint small", x: x + 26, y: AXIS / 2 }, label);
        }
      t.shownLanes.forEach((lane, place) => this.laneRow(inner, lane, AXIS + place * LANE, active));
      shape(svg, "rect", { class: "panel", x: 0, y: 0, width: this.left, height: this.top });
      shape(svg, "text", { class: "quiet small", x: 10, y: AXIS / 2 }, "cycle");
      t.shownLanes.forEach((lane, place) => {
        shape(svg, "text", { class: "small", x: 10, y: AXIS + place * LANE + LANE / 2 }, t.lanes[lane][0]);
        if (place && t.lanes[lane][1] !== t.lanes[t.shownLanes[place - 1]][1])
          shape(svg, "line", { class: "rule", x1: 0, x2: this.width, y1: AXIS + place * LANE, y2: AXIS + place * LANE });
      });
      shape(svg, "line", { class: "rule", x1: 0, x2: this.width, y1: this.top - 0.5, y2: this.top - 0.5 });
      shape(svg, "line", { class: "rule", x1: this.left + 0.5, x2: this.left + 0.5, y1: 0, y2: this.top });
    }

    laneRow(parent, lane, y, active) {
      const t = this.t, list = t.laneBars[lane], from = (this.scroll.scrollLeft / this.scale) * t.tpc;
      let low = 0, high = list.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (list[middle][1] < from) low = middle + 1; else high = middle;
      }
      let covered = -1;
      for (let i = low; i < list.length; i++) {
        const [start, stop, bar] = list[i], x = this.x(start) - this.left;
        if (x > this.width) break;
        const end = Math.max(this.x(stop) - this.left, x + 1.5);
        if (end <= covered) continue;
        covered = end;
        const fill = this.fill(bar);
        const node = shape(parent, "rect", {
          class: `f-${fill}${this.dimmed(bar)}`, x: end - x > 4 ? x + 0.5 : x, y: y + 2, width: end - x > 4 ? end - x - 1 : Math.max(end - x, 1),
          height: LANE - 4, rx: end - x > 4 ? 1.5 : 0,
        });
        if (active >= 0 && bar !== active) node.setAttribute("opacity", "0.45");
        const label = String(t.items[t.item[bar]][1] || "");
        if (end - x > label.length * 6.4 + 3 && label)
          shape(parent, "text", { class: fill === "issue" || fill === "u2" || fill === "u4" || fill === "none" ? "inbar light" : "inbar", x: (x + end) / 2, y: y + LANE / 2 + 0.5 }, label);
      }
    }

    arrows(bar) {
      const t = this.t;
      for (let i = t.firstArrow[bar]; i < t.firstArrow[bar + 1]; i++) {
        if (t.from[i]) this.arrow(bar - t.from[i], bar, t.binding[i] ? "binding" : "", i);
        else this.stub(bar, t.binding[i] ? "binding" : "");
      }
      for (const i of t.readers.get(bar) || []) this.arrow(bar, t.to[i], "out", i);
      if (t.slack[bar] > 0 && t.ready[bar] >= 0) {
        const x = this.x(t.start[bar] + t.ready[bar]), y = this.y(bar) + ROW / 2;
        shape(this.svg, "line", { class: "slack", x1: x + 2, x2: x + (t.slack[bar] / t.tpc) * this.scale, y1: y, y2: y });
      }
    }

    arrow(producer, consumer, style, index) {
      const t = this.t, y1 = this.y(producer) + ROW / 2, y2 = this.y(consumer) + ROW / 2;
      const isData = t.akind[index] >= 0 && t.data.kinds[t.akind[index]][2] === "data";
      const leaves = isData && t.ready[producer] >= 0 ? t.start[producer] + Math.max(t.ready[producer], t.length[producer]) : t.start[producer] + t.length[producer];
      const x2 = this.x(t.start[consumer]), x1 = Math.min(this.x(leaves), Math.max(x2 - 2, this.x(t.start[producer]) + 3));
      const bend = Math.max(Math.min((x2 - x1) / 2, 40), 8);
      shape(this.svg, "path", { class: `arrow ${style}`, d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend - 4} ${y2} ${x2 - 4} ${y2}` });
      this.head(x2, y2, style);
    }

    stub(bar, style) {
      const x = this.x(this.t.start[bar]), y = this.y(bar) + ROW / 2;
      shape(this.svg, "path", { class: `arrow ${style}`, d: `M${Math.max(x - 30, this.left)} ${y - 7}Q${x - 16} ${y} ${x - 4} ${y}` });
      this.head(x, y, style);
    }

    head(x, y, style) {
      shape(this.svg, "path", { class: `head ${style}`, d: `M${x + 0.5} ${y}l-6.5 -3.2v6.4z` });
    }

    /* ---- looking ---- */

    barAt(event) {
      const box = this.svg.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
      if (this.t.rows && y >= this.top) {
        const row = Math.floor((y - this.top + this.scroll.scrollTop) / ROW);
        return row < this.t.count ? row : -1;
      }
      const place = Math.floor((y - AXIS) / LANE);
      if (x < this.left || place < 0 || place >= this.t.shownLanes.length) return -1;
      const tick = ((x - this.left - 6 + this.scroll.scrollLeft) / this.scale) * this.t.tpc;
      const hit = this.t.laneBars[this.t.shownLanes[place]].find(([start, stop]) => tick >= start && tick < stop);
      return hit ? hit[2] : -1;
    }

    hover(bar) {
      if (bar === this.hovered) return;
      this.hovered = bar;
      this.explain();
      this.redraw();
    }

    select(bar) {
      this.selected = bar;
      this.hovered = -1;
      if (bar >= 0) this.reveal(bar);
      this.explain();
      this.redraw();
      if (this.options.onselect && bar >= 0) this.options.onselect(this.t.items[this.t.item[bar]][1]);
    }

    selectLine(line) {
      for (let i = 0; i < this.t.count; i++)
        if (this.t.items[this.t.item[i]][1] === String(line)) return this.select(i);
    }

    reveal(bar) {
      const y = this.y(bar), x = this.x(this.t.start[bar]), scroll = this.scroll;
      if (this.t.rows && y < this.top) scroll.scrollTop += y - this.top;
      if (this.t.rows && y + ROW > scroll.clientHeight) scroll.scrollTop += y + ROW - scroll.clientHeight + 4;
      if (x < this.left || x > this.width - 60) scroll.scrollLeft = Math.max((this.t.start[bar] / this.t.tpc) * this.scale - (this.width - this.left) / 3, 0);
    }

    explain() {
      const bar = this.hovered >= 0 ? this.hovered : this.selected, t = this.t;
      this.side.replaceChildren();
      if (bar < 0) return this.side.append(this.keys());
      const item = t.items[t.item[bar]], why = t.texts[t.why[bar]], family = this.family(bar);
      this.side.append(make("p", { class: "what" }, [item[0]]));
      const reason = make("p", { class: "why" }, [why ? `${why}` : "issues as early as anything could"]);
      reason.style.borderColor = `var(--${t.waited[bar] ? family : "none"})`;
      this.side.append(reason);
      const rows = [["place", place(item) || "–"], ["issues", `cycle ${number(t.start[bar] / t.tpc)}, ${t.lanes[t.lane[bar]][0]}`]];
      if (t.data.marks.length) rows.push(["iteration", t.iteration[bar]]);
      rows.push(["waits", `${cycles(t.waited[bar], t.tpc)}${t.kind[bar] >= 0 && t.waited[bar] ? ` (${t.data.kinds[t.kind[bar]][0]})` : ""}`]);
      if (t.ready[bar] >= 0) rows.push(["result", `cycle ${number((t.start[bar] + t.ready[bar]) / t.tpc)}, ${number(t.ready[bar] / t.tpc)} after issue`]);
      if (t.slack[bar] >= 0) rows.push(["slack", cycles(t.slack[bar], t.tpc)]);
      if (item[2]) rows.push(["reads", item[2]]);
      if (item[3]) rows.push(["writes", item[3]]);
      if (item[4]) rows.push(["unit", item[4]]);
      const list = make("dl", {});
      for (const [name, value] of rows) list.append(make("dt", {}, [name]), make("dd", {}, [String(value)]));
      this.links(list, bar);
      this.side.append(list);
      if (t.texts[item[5]]) this.side.append(make("p", { class: "evidence" }, [t.texts[item[5]]]));
    }

    links(list, bar) {
      const t = this.t;
      for (let i = t.firstArrow[bar]; i < t.firstArrow[bar + 1]; i++) {
        const label = t.texts[t.label[i]], inside = t.from[i] > 0;
        const source = t.items[inside ? t.item[bar - t.from[i]] : t.source[i]];
        const spare = -t.tick[i] / t.tpc;
        const data = t.akind[i] >= 0 && t.data.kinds[t.akind[i]][2] === "data";
        const tail = !data ? "" : t.binding[i] ? ", waited for" : spare > 0 ? `, ${number(spare)} to spare` : "";
        const words = `${label ? label + " from " : ""}${place(source)}${inside ? "" : " (earlier)"}${tail}`;
        list.append(make("dt", {}, [data ? "needs" : "behind"]), make("dd", {}, [inside ? this.link(words, bar - t.from[i]) : words]));
      }
      const readers = t.readers.get(bar) || [];
      readers.slice(0, 6).forEach((i) => {
        const words = `${place(t.items[t.item[t.to[i]]])}${t.binding[i] ? ", which waits for it" : ""}`;
        list.append(make("dt", {}, ["feeds"]), make("dd", {}, [this.link(words, t.to[i])]));
      });
      if (readers.length > 6) list.append(make("dt", {}, [""]), make("dd", {}, [`and ${readers.length - 6} more`]));
    }

    link(text, bar) {
      const node = make("button", { type: "button" }, [text]);
      node.addEventListener("click", () => this.select(bar));
      return node;
    }

    keys() {
      const rows = [["↑ ↓", "previous, next instruction"], ["← →", "move in time"], ["+ −", "zoom, also Ctrl and wheel"], ["0", "fit the width"],
        ["p", "whom it waited for"], ["c", "colour by reason or unit"], ["esc", "nothing selected"]];
      if (!this.options.embedded) rows.push(["t", "light or dark"]);
      const node = make("div", { class: "keys" }, [make("div", {}, ["Point at an instruction, or click to keep it."])]);
      for (const [key, words] of rows) node.append(make("div", {}, [make("kbd", {}, [key]), " " + words]));
      return node;
    }

    legendItems() {
      const t = this.t;
      this.legend.replaceChildren();
      const add = (name, words, colour, value, key) => {
        const button = make("button", { type: "button", title: words, "aria-pressed": String(this.only === key) }, [
          make("span", { class: `swatch b-${colour}` }), make("span", {}, [name]), make("span", { class: "n" }, [value]),
        ]);
        button.addEventListener("click", () => { this.only = this.only === key ? null : key; this.legendItems(); this.redraw(); });
        this.legend.append(make("li", {}, [button]));
      };
      if (this.mode === "unit") {
        const counts = new Map();
        for (let i = 0; i < t.count; i++) counts.set(t.items[t.item[i]][4], (counts.get(t.items[t.item[i]][4]) || 0) + 1);
        for (const [unit, count] of counts) add(unit || "no unit", "instructions that execute there", t.units.get(unit), String(count), unit);
        return;
      }
      t.data.kinds.map((kind, i) => [i, kind]).filter(([i]) => t.charged[i]).sort((a, b) => t.charged[b[0]] - t.charged[a[0]])
        .forEach(([i, kind]) => add(kind[0], kind[1], kind[2], cycles(t.charged[i], t.tpc), i));
    }

    colour(mode) {
      this.mode = mode;
      this.only = null;
      this.colourButtons();
      this.legendItems();
      this.redraw();
    }

    colourButtons() {
      this.byReason.setAttribute("aria-pressed", String(this.mode === "reason"));
      this.byUnit.setAttribute("aria-pressed", String(this.mode === "unit"));
    }

    key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const step = (count) => this.select(Math.min(Math.max(this.selected + count, 0), this.t.count - 1));
      const page = Math.max(Math.floor((this.scroll.clientHeight - this.top) / ROW) - 1, 1);
      const actions = {
        ArrowDown: () => step(1), ArrowUp: () => step(-1), PageDown: () => step(page), PageUp: () => step(-page),
        Home: () => this.select(0), End: () => this.select(this.t.count - 1),
        ArrowLeft: () => { this.scroll.scrollLeft -= 4 * this.scale; }, ArrowRight: () => { this.scroll.scrollLeft += 4 * this.scale; },
        "+": () => this.zoom(1.4), "=": () => this.zoom(1.4), "-": () => this.zoom(1 / 1.4), "0": () => this.fit(),
        c: () => this.colour(this.mode === "reason" ? "unit" : "reason"), t: () => { if (!this.options.embedded) theme(); },
        p: () => this.toProducer(), Escape: () => this.select(-1),
      };
      const action = actions[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    }

    toProducer() {
      const t = this.t, bar = this.selected;
      if (bar < 0) return;
      for (let i = t.firstArrow[bar]; i < t.firstArrow[bar + 1]; i++)
        if (t.binding[i] && t.from[i]) return this.select(bar - t.from[i]);
    }

    print(on) {
      if (on) {
        this.kept = { scale: this.scale, width: this.width, top: this.scroll.scrollTop, left: this.scroll.scrollLeft };
        this.scroll.scrollTop = this.scroll.scrollLeft = 0;
        this.width = 980;
        this.scale = Math.max(Math.min((this.width - this.left - 60) / (this.t.end / this.t.tpc + 1), 24), 0.5);
        this.space.style.width = this.width + "px";
        this.kept.height = Math.min(this.height(), this.top + PRINT_ROWS * ROW);
        this.draw();
      } else if (this.kept) {
        ({ scale: this.scale, width: this.width } = this.kept);
        this.resize();
        this.scroll.scrollTop = this.kept.top;
        this.scroll.scrollLeft = this.kept.left;
        this.kept = null;
        this.draw();
      }
    }
  }

  function cycles(ticks, tpc) {
    return ticks === tpc ? "1 cycle" : `${number(ticks / tpc)} cycles`;
  }

  function place(item) {
    return /^\d/.test(item[1]) ? `line ${item[1]}` : item[1];
  }

  function number(value) {
    return String(Math.round(value * 100) / 100);
  }

  function theme() {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  }

  window.cyclesim = { Viewer, theme, make, shape, number };

  /* Data of a long run is deflated. */
  async function inflated(text) {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).json();
  }

  for (const host of document.querySelectorAll("[data-timeline]")) {
    const node = document.getElementById(host.dataset.timeline), options = { embedded: "embedded" in host.dataset };
    if (node.type === "application/json") new Viewer(host, JSON.parse(node.textContent), options);
    else inflated(node.textContent).then((data) => new Viewer(host, data, options));
  }
  for (const button of document.querySelectorAll("[data-theme-button]")) button.addEventListener("click", theme);
})();
