"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const words = data.words, layers = data.layers, byId = (id) => document.getElementById(id);
  const fill = (text, named) => text.replace(/\{(\w+)\}/g, (whole, name) => name in named ? named[name] : whole);
  const element = (tag, text, cls) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (cls) made.className = cls;
    return made;
  };
  // The same digits as the rest of the page: thousands separators, three or four that tell.
  const number = (value, sign) => {
    if (value === null) return "–";
    const size = Math.abs(value);
    const digits = size >= 10000 ? 0 : size >= 10 || size === 0 ? 1 : size >= 1 ? 2 : 3;
    const text = size >= 1 || size === 0
      ? size.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })
      : String(Number(size.toPrecision(3)));
    return (value < 0 ? "\u2212" : sign && value > 0 ? "+" : "") + text;
  };
  const patternsBox = byId("patterns");
  const fillOf = (entry, behind) => entry[2] && (!patternsBox || patternsBox.checked)
    ? "url(#h" + entry[1].slice(1) + "-" + entry[2] + behind + ")" : entry[1];
  let layer = 0;

  function showLegend() {
    const legend = byId("legend"), body = legend.tBodies[0];
    legend.caption.textContent = fill(words.caption_ha, { title: layers[layer].title });
    body.replaceChildren(...layers[layer].classes.map((entry) => {
      const row = element("tr"), cell = element("td"), name = element("th", entry[0]);
      name.scope = "row";
      const space = "http://www.w3.org/2000/svg";
      const swatch = document.createElementNS(space, "svg"), box = document.createElementNS(space, "rect");
      swatch.setAttribute("class", "swatch");
      swatch.setAttribute("viewBox", "0 0 22 14");
      swatch.setAttribute("aria-hidden", "true");
      box.setAttribute("width", "22");
      box.setAttribute("height", "14");
      box.setAttribute("fill", data.raster ? entry[1] : fillOf(entry, "-l"));
      swatch.append(box);
      cell.append(swatch);
      row.append(cell, name, element("td", entry[3], "n"));
      return row;
    }));
    byId("layer-note").textContent = layers[layer].note;
  }

  function facts(parts) { byId("info").replaceChildren(...parts); }

  if (data.raster) { rasterMap(); } else { shapeMap(); }

  function shapeMap() {
    const parcels = data.parcels, plan = data.plan, count = parcels.name.length;
    const group = byId("parcels"), svg = byId("map-svg"), map = byId("map");
    const shapes = Array.from(group.children), position = new Map(shapes.map((shape, i) => [shape, i]));
    const rows = Array.from({ length: count }, () => []);
    plan.parcel.forEach((i, row) => rows[i].push(row));
    if (count > 3000) { group.classList.add("fine"); patternsBox.checked = false; }
    let chosen = -1, pinned = false;

    function paint() {
      const of = layers[layer].of, fills = layers[layer].classes.map((entry) => fillOf(entry, ""));
      shapes.forEach((shape, i) => shape.setAttribute("fill", fills[of[i]]));
      showLegend();
    }

    // Why: what the prices say of the runner-up, and what bars the other uses.
    function why(i) {
      const told = [], main = layers[0].classes[layers[0].of[i]][0], bare = parcels.reclaimed[i] <= 0;
      const margin = parcels.margin[i], runner = parcels.runner[i];
      if (data.whole) { told.push(words.why_whole); }
      else if (bare) { told.push(words.why_bare); }
      else if (rows[i].length > 1) { told.push(words.why_shared); }
      if (!data.whole && !bare) {
        if (margin === null) { told.push(words.why_only); }
        else {
          const next = runner < 0 ? words.leaving : data.uses[runner];
          told.push(fill(margin <= 1e-9 ? words.why_tie : words.why_margin,
            { use: main, next: next, margin: number(margin) }));
        }
      }
      if (!data.whole && parcels.price[i] > 0) told.push(fill(words.why_price, { price: number(parcels.price[i]) }));
      const barred = layers.filter((l) => l.use !== null && l.of[i] > 0)
        .map((l) => fill(words.why_barred, { use: data.uses[l.use], rule: l.classes[l.of[i]][0] }));
      return told.concat(barred);
    }

    function done(row) {
      const source = plan.source[row] < 0 ? "" : fill(words.with_soil, { source: data.sources[plan.source[row]] });
      return fill(words.done, { use: data.uses[plan.use[row]], method: data.methods[plan.method[row]],
        year: data.periods[plan.period[row]], source: source, ha: number(plan.ha[row]) });
    }

    function tell(i) {
      const zone = parcels.zone[i] < 0 ? "" : fill(words.in_zone, { zone: data.zones[parcels.zone[i]] });
      const list = element("ul"), reasons = element("ul");
      list.append(...(rows[i].length ? rows[i].map((row) => element("li", done(row))) : [element("li", words.bare)]));
      reasons.append(...why(i).map((text) => element("li", text)));
      const parts = [element("h3", parcels.name[i]),
        element("p", fill(words.parcel_area, { area: number(parcels.area[i]), zone: zone })), list];
      if (parcels.sink[i] !== null && data.carbon) {
        parts.push(element("p", fill(words.parcel_sink, { sink: number(parcels.sink[i], true) })));
      }
      if (layer > 0) {
        parts.push(element("p", layers[layer].title + words.colon + layers[layer].classes[layers[layer].of[i]][0]));
      }
      facts(parts.concat([element("p", words.why + words.colon, "quiet"), reasons]));
    }

    function choose(i) {
      if (i === chosen) return;
      chosen = i;
      byId("mark").setAttribute("d", i < 0 ? "" : shapes[i].getAttribute("d"));
      if (i >= 0) tell(i);
    }

    group.addEventListener("pointerover", (event) => {
      const i = position.get(event.target);
      if (i !== undefined && !pinned) choose(i);
    });
    group.addEventListener("click", (event) => {
      const i = position.get(event.target);
      if (i === undefined) return;
      pinned = !(pinned && i === chosen);
      choose(i);
    });

    // The nearest parcel within 45 degrees of the direction; small turns count as farther.
    function beside(dx, dy) {
      let best = -1, least = Infinity;
      for (let j = 0; j < count; j += 1) {
        const x = parcels.x[j] - parcels.x[chosen], y = parcels.y[j] - parcels.y[chosen];
        const along = x * dx + y * dy, across = Math.abs(x * dy) + Math.abs(y * dx);
        if (j === chosen || along <= 0 || across > 1.0001 * along) continue;
        const far = along + 2 * across;
        if (far < least) { least = far; best = j; }
      }
      return best;
    }
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    map.addEventListener("keydown", (event) => {
      let next = chosen;
      if (steps[event.key]) { next = chosen < 0 ? 0 : beside(...steps[event.key]); }
      else if (event.key === "Home") { next = 0; }
      else if (event.key === "End") { next = count - 1; }
      else if (event.key === "n") { next = (chosen + 1) % count; }
      else if (event.key === "p") { next = (chosen + count - 1) % count; }
      else if (event.key === "Escape") { pinned = false; return; }
      else { return; }
      event.preventDefault();
      if (next >= 0) { pinned = true; choose(next); }
    });
    map.addEventListener("focus", () => { if (chosen < 0) choose(0); });

    const whole = svg.viewBox.baseVal, all = [whole.x, whole.y, whole.width, whole.height];
    let view = all.slice();
    function look(factor) {
      const at = chosen >= 0 && factor < 1 ? [parcels.x[chosen], parcels.y[chosen]] : [view[0] + view[2] / 2, view[1] + view[3] / 2];
      const share = Math.min(1, Math.max(1 / 40, view[2] * factor / all[2]));
      view = [at[0] - all[2] * share / 2, at[1] - all[3] * share / 2, all[2] * share, all[3] * share];
      place();
    }
    function place() {
      view[0] = Math.min(Math.max(view[0], all[0]), all[0] + all[2] - view[2]);
      view[1] = Math.min(Math.max(view[1], all[1]), all[1] + all[3] - view[3]);
      svg.setAttribute("viewBox", view.join(" "));
    }
    byId("zoom-in").addEventListener("click", () => look(0.5));
    byId("zoom-out").addEventListener("click", () => look(2));
    byId("zoom-all").addEventListener("click", () => { view = all.slice(); place(); });
    let drag = null;
    svg.addEventListener("pointerdown", (event) => { drag = [event.clientX, event.clientY, view[0], view[1]]; });
    window.addEventListener("pointerup", () => { drag = null; });
    svg.addEventListener("pointermove", (event) => {
      if (!drag || view[2] >= all[2]) return;
      const perPixel = view[2] / svg.clientWidth;
      view[0] = drag[2] - (event.clientX - drag[0]) * perPixel;
      view[1] = drag[3] - (event.clientY - drag[1]) * perPixel;
      place();
    });

    byId("find").addEventListener("submit", (event) => {
      event.preventDefault();
      const sought = byId("find-name").value.trim().toLowerCase();
      if (!sought) return;
      const names = parcels.name.map((name) => name.toLowerCase());
      let i = names.indexOf(sought);
      if (i < 0) i = names.findIndex((name) => name.includes(sought));
      if (i < 0) { facts([element("p", fill(words.not_found, { name: sought }))]); return; }
      pinned = true;
      choose(i);
    });
    byId("layer").addEventListener("change", (event) => {
      layer = Number(event.target.value);
      paint();
      if (chosen >= 0) tell(chosen);
    });
    patternsBox.addEventListener("change", paint);

    // The same as a table: every parcel, filtered and leafed through.
    const size = 50, head = words.table_head;
    let from = 0, kept = [];
    const cells = (i) => {
      const join = (column, names) => Array.from(new Set(rows[i].map((row) => names[column[row]]))).join(" + ");
      return [parcels.name[i], parcels.area[i], parcels.reclaimed[i], join(plan.use, data.uses) || words.bare,
        join(plan.method, data.methods), join(plan.period, data.periods), parcels.sink[i], parcels.margin[i]];
    };
    function sift() {
      const sought = byId("filter").value.trim().toLowerCase();
      kept = [];
      for (let i = 0; i < count; i += 1) {
        if (!sought || cells(i).slice(0, 6).join(" ").toLowerCase().includes(sought)) kept.push(i);
      }
      from = 0;
      leaf();
    }
    function leaf() {
      const table = byId("rows"), numeric = [1, 2, 6, 7];
      table.tHead.rows[0].replaceChildren(...head.map((text, c) => {
        const cell = element("th", text, numeric.includes(c) ? "n" : "");
        cell.scope = "col";
        return cell;
      }));
      table.tBodies[0].replaceChildren(...kept.slice(from, from + size).map((i) => {
        const row = element("tr");
        row.append(...cells(i).map((value, c) => element(c ? "td" : "th",
          numeric.includes(c) ? number(value) : value, numeric.includes(c) ? "n" : "")));
        row.cells[0].scope = "row";
        return row;
      }));
      byId("rows-told").textContent = fill(words.rows_told,
        { first: Math.min(from + 1, kept.length), last: Math.min(from + size, kept.length), count: kept.length });
      byId("earlier").disabled = from === 0;
      byId("later").disabled = from + size >= kept.length;
    }
    byId("earlier").addEventListener("click", () => { from -= size; leaf(); });
    byId("later").addEventListener("click", () => { from += size; leaf(); });
    byId("filter").addEventListener("input", sift);
    byId("parcel-table").addEventListener("toggle", () => { if (!kept.length) sift(); });

    // Text that a spreadsheet would run as a formula stands behind an apostrophe, as in the files.
    const neutral = (text) => {
      const bare = text.replace(/^'+/, "");
      const runs = /^[=+\-@＝＋－＠][\s\S]/.test(bare) && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(bare);
      return runs ? "'" + text : text;
    };
    const quoted = (value) => {
      if (value === null) return "";
      if (typeof value === "number") return String(value);
      const text = neutral(value);
      return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
    };
    byId("csv").addEventListener("click", () => {
      const lines = [head, ...kept.map(cells)].map((row) => row.map(quoted).join(","));
      const link = element("a");
      link.href = URL.createObjectURL(new Blob(["\ufeff" + lines.join("\r\n") + "\r\n"], { type: "text/csv" }));
      link.download = "parcels.csv";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
    paint();
  }

  function rasterMap() {
    const pictures = Array.from(document.querySelectorAll(".raster")), map = byId("map"), cross = byId("cross");
    const read = pictures.map(() => null);
    let at = [0.5, 0.5];
    // A picture that was never drawn has no pixels to read: each is drawn once, when it is needed.
    function pixels(n) {
      if (!read[n]) {
        const canvas = element("canvas"), picture = pictures[n];
        if (!picture.naturalWidth) return null;
        canvas.width = picture.naturalWidth;
        canvas.height = picture.naturalHeight;
        read[n] = canvas.getContext("2d", { willReadFrequently: true });
        read[n].drawImage(picture, 0, 0);
      }
      return read[n];
    }
    function colourAt(n) {
      const there = pixels(n);
      if (!there) return "";
      const x = Math.min(there.canvas.width - 1, Math.floor(at[0] * there.canvas.width));
      const y = Math.min(there.canvas.height - 1, Math.floor(at[1] * there.canvas.height));
      const rgb = there.getImageData(x, y, 1, 1).data;
      return "#" + Array.from(rgb.slice(0, 3), (v) => v.toString(16).padStart(2, "0")).join("");
    }
    function tell() {
      const told = layers.map((one, n) => {
        const colour = colourAt(n), entry = one.classes.find((c) => c[1].toLowerCase() === colour);
        return entry ? one.title + words.colon + entry[0] : null;
      }).filter((text) => text !== null);
      const list = element("ul");
      list.append(...told.map((text) => element("li", text)));
      facts(told.length ? [list] : [element("p", words.no_parcel)]);
      cross.hidden = false;
      cross.style.left = 100 * at[0] + "%";
      cross.style.top = 100 * at[1] + "%";
    }
    map.addEventListener("pointermove", (event) => {
      const box = map.getBoundingClientRect();
      at = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height].map((v) => Math.min(Math.max(v, 0), 1));
      tell();
    });
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    map.addEventListener("keydown", (event) => {
      if (!steps[event.key]) return;
      event.preventDefault();
      at = at.map((v, n) => Math.min(Math.max(v + 0.01 * steps[event.key][n], 0), 1));
      tell();
    });
    byId("layer").addEventListener("change", (event) => {
      layer = Number(event.target.value);
      pictures.forEach((picture, n) => { picture.hidden = n !== layer; });
      showLegend();
    });
    showLegend();
  }
}());
