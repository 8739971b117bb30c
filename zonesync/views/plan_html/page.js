
"use strict";
(() => {
  // What a row holds: k kind (h heading, f finding, s step, c change, k kept), g chip, a sign, z zone, p providers,
  // n name, q full name, t type, d lines [sign, label, before, after], m words, v more words, w place or reason,
  // s severity, r rule, h help, x line of the file, c column, b badge, f the findings about it, i a finding's number.
  const DATA = JSON.parse(document.getElementById("data").textContent);
  const ROWS = DATA.rows;
  const OPEN_AT_FIRST = 200; // of a plan this small, rows that say more than fits on their line are open
  const LINE = 90; // characters that fit on it
  const PRINTED = 1500; // rows; a browser takes minutes to lay out many thousand on paper
  const OVERSCAN = 450; // pixels beyond the window that are there already
  const FINDINGS = new Map(ROWS.filter((row) => row.k === "f").map((row) => [row.i, row]));
  const $ = (id) => document.getElementById(id);
  const list = $("list"), search = $("search"), bar = $("bar");
  const SELECTS = { zone: $("zone"), provider: $("provider"), type: $("type") };

  const make = (tag, name, text) => {
    const node = document.createElement(tag);
    if (name) node.className = name;
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const minus = (text) => (text.startsWith("-") ? `\u2212${text.slice(1)}` : text); // as wide as a plus
  const plural = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

  // ---- state
  const state = { words: [], show: new Set(), zone: "", provider: "", type: "", opened: "some", toggled: new Set(), at: -1 };
  let shown = []; // numbers of the rows that pass, headings included
  let nth = [], found = 0; // which of the rows each of them is, and how many there are: a heading is none
  let tops = new Float64Array(1); // where each of them begins; one more for the end
  let heights = new Float32Array(ROWS.length); // as measured; 0 where not seen yet
  let hay = null; // what a search looks through, made when first needed
  let first = 0, last = 0, isPrinting = false, isQueued = false;
  const nodes = new Map(); // position -> element
  const isRow = (number) => ROWS[number].k !== "h";
  const canOpen = (row) => row.k === "c" || (row.k === "s" && row.d) || (row.k === "f" && (row.x || row.h));
  const isOpen = (number) => canOpen(ROWS[number])
    && (isPrinting || isOpenAtFirst(ROWS[number]) !== state.toggled.has(number));
  const isOpenAtFirst = (row) => {
    if (state.opened !== "some") return state.opened === "all";
    if (row.k !== "c") return row.s === "error" || (row.k === "s" && TOTAL <= OPEN_AT_FIRST);
    return TOTAL <= OPEN_AT_FIRST && Boolean(row.a === "~" || row.f || row.v || brief(row).length > LINE);
  };

  // ---- what passes
  const text = (row) => [row.n, row.q, row.t, row.z, row.m, row.w, row.r, row.h, row.b, ...(row.p || []), ...(row.v || []),
    ...(row.d || []).flatMap((line) => [line[1], line[2], line[3]])].filter(Boolean).join("\n").toLowerCase();
  const ready = () => (hay ??= ROWS.map(text));

  const passes = (row, number) => {
    if (state.show.size && !state.show.has(row.g)) return false;
    if (state.zone && row.z !== state.zone) return false;
    if (state.provider && row.p && !row.p.includes(state.provider)) return false;
    if (state.type && row.t !== state.type) return false;
    return state.words.every((word) => hay[number].includes(word));
  };
  const isFiltered = () => state.show.size + state.words.length > 0 || state.zone || state.provider || state.type;

  const filter = () => {
    if (state.words.length) ready();
    shown = [];
    nth = [];
    found = 0;
    let heading = -1;
    for (let number = 0; number < ROWS.length; number++) {
      const row = ROWS[number];
      if (row.k === "h") { heading = number; continue; }
      if (!passes(row, number)) continue;
      if (heading >= 0) { shown.push(heading); nth.push(0); heading = -1; }
      shown.push(number);
      nth.push(++found);
    }
    state.at = -1;
    $("count").textContent = isFiltered() ? `${found.toLocaleString("en")} of ${plural(TOTAL, "row")}` : plural(TOTAL, "row");
    $("clear").hidden = !isFiltered();
    $("none").hidden = found > 0 || TOTAL === 0;
    place();
    forget();
    draw();
    remember();
  };

  // ---- where things are
  const guess = (number) => {
    const row = ROWS[number];
    if (row.k === "h") return 58;
    return (isNarrow() ? 62 : 38) + (isOpen(number) ? 48 + 23 * (row.d ? row.d.length : 1) : 0);
  };
  const hidden = () => (isNarrow() ? 0 : bar.offsetHeight); // what of the window the bar takes, where it stays
  const isNarrow = () => window.innerWidth <= 736;
  const place = () => {
    tops = new Float64Array(shown.length + 1);
    for (let at = 0; at < shown.length; at++) tops[at + 1] = tops[at] + (heights[shown[at]] || guess(shown[at]));
  };
  const find = (y) => {
    let low = 0, high = shown.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (tops[middle + 1] <= y) low = middle + 1; else high = middle;
    }
    return low;
  };
  const forget = () => { for (const node of nodes.values()) node.remove(); nodes.clear(); };

  const before = make("div"), after = make("div");
  before.setAttribute("role", "presentation");
  after.setAttribute("role", "presentation");
  list.append(before, after);

  const draw = () => {
    isQueued = false;
    const start = list.getBoundingClientRect().top;
    const under = Math.max(0, hidden() - start); // the part of the list that the bar or the window's edge hides
    const hadFocus = list.contains(document.activeElement);
    first = isPrinting ? 0 : Math.max(0, find(-start - OVERSCAN));
    last = isPrinting ? Math.min(shown.length, PRINTED) : Math.min(shown.length, find(-start + window.innerHeight + OVERSCAN) + 1);
    for (const [at, node] of nodes) if (at < first || at >= last) { node.remove(); nodes.delete(at); }
    let next = after;
    for (let at = last - 1; at >= first; at--) {
      let node = nodes.get(at);
      if (!node) {
        node = build(shown[at], at);
        nodes.set(at, node);
        list.insertBefore(node, next);
      }
      next = node;
    }
    before.style.height = `${tops[first]}px`;
    after.style.height = isPrinting ? "0" : `${tops[shown.length] - tops[last]}px`;
    measure(under);
    reach(under);
    if (hadFocus && state.at >= 0) focus(false);
    $("where").textContent = zoneAt(under);
  };
  const measure = (under) => {
    if (isPrinting) return;
    const top = find(under);
    let moved = 0, isOther = false;
    for (const [at, node] of nodes) {
      const height = node.getBoundingClientRect().height;
      const known = tops[at + 1] - tops[at];
      if (Math.abs(height - known) > 0.4) {
        isOther = true;
        if (at < top) moved += height - known;
      }
      heights[shown[at]] = height;
    }
    if (!isOther) return;
    place();
    before.style.height = `${tops[first]}px`;
    after.style.height = `${tops[shown.length] - tops[last]}px`;
    if (Math.abs(moved) > 0.4) window.scrollBy({ top: moved, behavior: "instant" });
  };
  const reach = (under) => { // Tab leads to one row: where the reader was, else the first in sight
    let goal = nodes.has(state.at) ? state.at : find(under);
    while (goal < last && !isRow(shown[goal])) goal++;
    for (const [at, node] of nodes) if (isRow(shown[at])) node.firstChild.tabIndex = at === goal ? 0 : -1;
  };
  const zoneAt = (y) => {
    if (!shown.length || y <= 0) return "";
    for (let at = Math.min(find(y), shown.length - 1); at >= 0; at--) if (!isRow(shown[at])) return ROWS[shown[at]].m;
    return "";
  };
  const queue = () => { if (!isQueued) { isQueued = true; requestAnimationFrame(draw); } };

  // ---- one row
  const SHORT = { "+": "create", "~": "update", "-": "delete", "=": "kept" };
  const SPOKEN = { create: "create", update: "update", delete: "delete", kept: "kept as is" };

  const build = (number, at) => {
    const row = ROWS[number];
    if (row.k === "h") {
      const node = make("div", "group", row.m);
      for (const count of row.v || []) node.append(make("span", "", minus(count)));
      node.setAttribute("role", "heading");
      node.setAttribute("aria-level", "2");
      return node;
    }
    const isWords = row.k === "f" || row.k === "s";
    const kind = isWords ? `words ${row.k === "f" ? "finding" : "step"}` : SHORT[row.a];
    const node = make("div", `row ${kind}${isOpen(number) ? " open" : ""}`);
    node.setAttribute("role", "listitem");
    node.setAttribute("aria-setsize", found);
    node.setAttribute("aria-posinset", nth[at]);
    const head = make("button", "head");
    head.type = "button";
    head.tabIndex = -1;
    if (canOpen(row)) head.setAttribute("aria-expanded", String(isOpen(number)));
    head.addEventListener("click", () => { state.at = at; toggle(number); });
    head.append(...(isWords ? wordsHead(row) : changeHead(row)));
    head.append(tags(row), make("span", "more", canOpen(row) ? "\u203a" : ""));
    node.append(head);
    if (isOpen(number)) node.append(body(row));
    return node;
  };
  const changeHead = (row) => {
    const sign = make("span", "sign", minus(row.a));
    sign.setAttribute("aria-label", SPOKEN[SHORT[row.a]]);
    const subject = make("span", "subject");
    subject.append(make("b", "", row.n), document.createTextNode(` ${row.t}`));
    return [sign, subject, make("span", "brief", brief(row))];
  };
  const wordsHead = (row) => {
    const words = make("span", "brief");
    if (row.k === "f") {
      const tone = row.s === "error" ? "error" : row.s === "warning" ? "warning" : "";
      words.append(make("span", `tag ${tone}`, row.s), document.createTextNode(` ${row.m} `), make("span", "tag", row.r));
      if (row.w) words.append(document.createTextNode(" "), make("span", "place", row.w));
      return [make("span", "sign", ""), words];
    }
    words.textContent = row.m;
    for (const more of row.v || []) words.append(make("br"), document.createTextNode(more));
    return [make("span", "sign", "\u00b7"), words];
  };
  const brief = (row) => {
    if (row.k === "k") return row.m || "";
    const parts = [];
    for (const [sign, label, old, now] of row.d || []) {
      const name = label ? `${label} ` : "";
      if (sign === "~") parts.push(`${name}${old} \u2192 ${now}`);
      else if (sign !== "=") {
        const value = sign === "+" ? now : old;
        parts.push(row.a === "~" ? `${minus(sign)}${name}${value}` : label === "ttl" ? value : `${name}${value}`);
      }
    }
    return parts.join("  ").slice(0, 400);
  };
  const tags = (row) => {
    const box = make("span", "tags");
    if (row.k === "f" && row.z && !row.w) box.append(make("span", "tag", row.z));
    if (row.b) box.append(make("span", `tag ${row.o || "warning"}`, row.b));
    const told = (row.f || []).map((number) => FINDINGS.get(number).s);
    if (told.length) box.append(make("span", `tag ${told.includes("error") ? "error" : "warning"}`, plural(told.length, "finding")));
    for (const provider of row.p || []) box.append(make("span", "tag", provider));
    return box;
  };
  const body = (row) => {
    const box = make("div", "body");
    if (row.d) box.append(lines(row));
    if (row.x) box.append(excerpt(row));
    const notes = make("div", "notes");
    const note = (name, ...parts) => { const line = make("div", name); line.append(...parts); notes.append(line); };
    if (row.k === "f" && row.h) note("", `help: ${row.h}`);
    for (const number of row.f || []) {
      const finding = FINDINGS.get(number);
      note(finding.s, `${finding.s}[${finding.r}]: ${finding.m}${finding.w ? ` (${finding.w})` : ""}`);
    }
    if (row.k === "c") for (const words of row.v || []) note("said", words);
    if (row.k === "c") {
      note("", make("code", "", `${row.q} ${row.t}`), ...(row.w ? [" \u00b7 ", make("code", "", row.w)] : []));
    }
    if (notes.childNodes.length) box.append(notes);
    return box;
  };
  const excerpt = (row) => {
    const box = make("pre", "excerpt");
    const at = Math.max(0, (row.c || 1) - 1);
    const end = row.x.slice(at).search(/[\s,\]}]/);
    const stop = end < 1 ? row.x.length : at + end;
    box.append(row.x.slice(0, at), make("mark", "", row.x.slice(at, stop)), row.x.slice(stop));
    return box;
  };
  const lines = (row) => {
    const box = make("div", "lines");
    const hasLabels = row.d.some((line) => line[1]);
    const add = (name, sign, label, parts) => {
      const line = make("div", `line ${name}${hasLabels ? "" : " bare"}`);
      line.append(make("i", "", sign));
      if (hasLabels) line.append(make("em", "", label));
      const value = make("span");
      value.append(...parts);
      line.append(value);
      box.append(line);
    };
    for (const [sign, label, old, now] of row.d) {
      if (sign === "~") {
        const [gone, come] = marked(old, now);
        add("minus", "\u2212", label, gone);
        add("plus", "+", label, come);
      } else if (sign === "=") add("same", "", label, [old]);
      else if (sign === "-") add("minus", "\u2212", label, [old]);
      else add("plus", "+", label, [now]);
    }
    return box;
  };

  // What of one text is another in the other, by word: a long SPF or DKIM value differs in one place.
  const marked = (old, now) => {
    const one = old.split(/([\s;,"]+)/).filter(Boolean), two = now.split(/([\s;,"]+)/).filter(Boolean);
    let start = 0, tail = 0;
    while (start < Math.min(one.length, two.length) && one[start] === two[start]) start++;
    while (tail < Math.min(one.length, two.length) - start && one[one.length - 1 - tail] === two[two.length - 1 - tail]) tail++;
    const mine = one.slice(start, one.length - tail), theirs = two.slice(start, two.length - tail);
    const [gone, come] = mine.length * theirs.length > 40000 ? [mine.map(() => true), theirs.map(() => true)] : unlike(mine, theirs);
    const spell = (words, other) => {
      const parts = [];
      words.forEach((word, at) => {
        const isOther = at >= start && at < words.length - tail && other[at - start];
        const end = parts[parts.length - 1];
        if (end && end[0] === isOther) end[1] += word; else parts.push([isOther, word]);
      });
      return parts.map(([isOther, words]) => (isOther && words !== old && words !== now ? make("mark", "", words) : words));
    };
    return [spell(one, gone), spell(two, come)];
  };
  const unlike = (one, two) => { // the longest common subsequence stays
    const width = two.length + 1, best = new Uint16Array((one.length + 1) * width);
    for (let i = one.length - 1; i >= 0; i--) for (let j = two.length - 1; j >= 0; j--) {
      best[i * width + j] = one[i] === two[j] ? best[(i + 1) * width + j + 1] + 1 : Math.max(best[(i + 1) * width + j], best[i * width + j + 1]);
    }
    const gone = one.map(() => true), come = two.map(() => true);
    for (let i = 0, j = 0; i < one.length && j < two.length;) {
      if (one[i] === two[j]) { gone[i++] = false; come[j++] = false; }
      else if (best[(i + 1) * width + j] >= best[i * width + j + 1]) i++; else j++;
    }
    return [gone, come];
  };

  // ---- what the reader does
  const toggle = (number) => {
    if (!canOpen(ROWS[number])) return;
    if (state.toggled.has(number)) state.toggled.delete(number); else state.toggled.add(number);
    heights[number] = 0;
    place();
    const at = shown.indexOf(number), node = nodes.get(at);
    if (node) {
      const fresh = build(number, at);
      node.replaceWith(fresh);
      nodes.set(at, fresh);
      fresh.firstChild.focus({ preventScroll: true });
    }
    draw();
  };
  const openAll = () => {
    state.opened = state.opened === "all" ? "none" : "all";
    state.toggled.clear();
    heights.fill(0);
    label();
    place();
    forget();
    draw();
  };
  const label = () => { $("all").textContent = state.opened === "all" ? "Close all" : "Open all"; };
  const focus = (isSeen = true) => {
    if (isSeen) {
      const start = list.getBoundingClientRect().top, room = hidden() + 8;
      const above = tops[state.at] + start - room, below = tops[state.at + 1] + start - window.innerHeight + 8;
      if (above < 0 || below > above) window.scrollBy({ top: above, behavior: "instant" });
      else if (below > 0) window.scrollBy({ top: below, behavior: "instant" });
      draw();
    }
    const node = nodes.get(state.at);
    if (node) node.firstChild.focus({ preventScroll: true });
  };
  const step = (by) => {
    let at = state.at;
    if (at < 0) at = find(Math.max(0, hidden() - list.getBoundingClientRect().top)) - (by > 0 ? 1 : 0);
    do at += by; while (at >= 0 && at < shown.length && !isRow(shown[at]));
    if (at < 0 || at >= shown.length) return;
    state.at = at;
    focus();
  };
  const jump = (at) => { if (shown.length) { state.at = at; step(at ? -1 : 1); } };

  const clear = () => {
    search.value = "";
    state.words = [];
    state.show.clear();
    for (const [name, select] of Object.entries(SELECTS)) { select.value = ""; state[name] = ""; }
    pressed();
    again();
  };
  const again = () => { // from the top of the list, where that is out of sight
    const start = list.getBoundingClientRect().top - hidden();
    if (start < 0) window.scrollBy({ top: start, behavior: "instant" });
    filter();
  };
  const look = () => {
    state.words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    again();
  };

  list.addEventListener("focusin", (event) => {
    for (const [at, node] of nodes) if (node.contains(event.target)) state.at = at;
  });

  // ---- the bar
  const tally = (of, weight = () => 1) => {
    const counts = new Map();
    for (const row of ROWS) if (row.k !== "h") for (const value of of(row)) counts.set(value, (counts.get(value) || 0) + weight(row));
    return counts;
  };
  const fill = (select, every, counts) => {
    select.append(new Option(every, ""));
    for (const [value, count] of [...counts].sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
      select.append(new Option(`${value} (${count.toLocaleString("en")})`, value));
    }
    select.hidden = counts.size < 2;
  };
  const pressed = () => { for (const chip of $("chips").children) chip.setAttribute("aria-pressed", String(state.show.has(chip.value))); };
  const TOTAL = ROWS.reduce((sum, row) => sum + (row.k !== "h"), 0);
  fill(SELECTS.zone, "All zones", tally((row) => (row.z ? [row.z] : [])));
  fill(SELECTS.provider, "All providers", tally((row) => row.p || []));
  fill(SELECTS.type, "All types", tally((row) => (row.t ? [row.t] : [])));
  const kinds = tally((row) => [row.g], (row) => (row.k === "c" || row.k === "s" ? Math.max(1, (row.p || []).length) : 1)); // once for each provider
  for (const { id, label: words, sign } of DATA.chips) {
    if (!kinds.has(id)) continue;
    const chip = make("button");
    chip.type = "button";
    chip.value = id;
    chip.title = `Show ${words} alone, or with others that are chosen`;
    if (sign) chip.append(make("b", "", minus(sign)));
    chip.append(words, make("i", "", kinds.get(id).toLocaleString("en")));
    chip.addEventListener("click", () => {
      if (!state.show.delete(id)) state.show.add(id);
      pressed();
      again();
    });
    $("chips").append(chip);
  }
  pressed();

  search.addEventListener("input", look);
  for (const [name, select] of Object.entries(SELECTS)) select.addEventListener("change", () => { state[name] = select.value; again(); });
  $("all").addEventListener("click", openAll);
  $("clear").addEventListener("click", clear);
  $("again").addEventListener("click", clear);
  $("keys").addEventListener("click", () => $("help").showModal());

  // ---- light and dark
  const isDark = () => (document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const theme = () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("zonesync-theme", document.documentElement.dataset.theme); } catch { /* a page without storage forgets */ }
  };
  try {
    const known = localStorage.getItem("zonesync-theme");
    if (known === "light" || known === "dark") document.documentElement.dataset.theme = known;
  } catch { /* as above */ }
  $("theme").addEventListener("click", theme);

  // ---- keys
  const KEYS = {
    "/": () => { search.focus(); search.select(); }, "?": () => $("help").showModal(), t: theme, o: openAll,
    j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1),
    g: () => jump(0), G: () => jump(shown.length),
    Escape: () => { if (isFiltered()) clear(); else if (document.activeElement) document.activeElement.blur(); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || $("help").open) return;
    const isTyping = event.target === search, isChoosing = event.target instanceof HTMLSelectElement;
    if (isTyping && (event.key === "Enter" || event.key === "Escape" || event.key === "ArrowDown")) {
      event.preventDefault();
      if (event.key === "Escape") search.blur(); else { state.at = -1; jump(0); }
      return;
    }
    if (isChoosing && event.key === "Escape") event.target.blur();
    if (isTyping || isChoosing) return;
    if (event.key.startsWith("Arrow") && !list.contains(document.activeElement)) return;
    if (event.key in KEYS) { event.preventDefault(); KEYS[event.key](); }
  });

  // ---- the address keeps what is shown, so that it can be sent to somebody
  const remember = () => {
    const parts = new URLSearchParams();
    if (search.value.trim()) parts.set("q", search.value.trim());
    for (const name of Object.keys(SELECTS)) if (state[name]) parts.set(name, state[name]);
    if (state.show.size) parts.set("show", [...state.show].join(","));
    const hash = parts.toString();
    if (hash !== location.hash.slice(1)) {
      try { history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search); } catch { /* a frame without an address of its own */ }
    }
  };
  const recall = () => {
    const parts = new URLSearchParams(location.hash.slice(1));
    search.value = parts.get("q") || "";
    state.words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const [name, select] of Object.entries(SELECTS)) { select.value = parts.get(name) || ""; state[name] = select.value || ""; }
    state.show = new Set((parts.get("show") || "").split(",").filter((id) => kinds.has(id)));
    pressed();
    filter();
  };
  window.addEventListener("hashchange", recall);
  window.addEventListener("scroll", queue, { passive: true });
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth !== width) { width = window.innerWidth; heights.fill(0); place(); }
    queue();
  });
  const print = (isOn) => {
    isPrinting = isOn;
    $("cut").hidden = !isOn || shown.length <= PRINTED;
    $("cut").textContent = `${plural(shown.length - PRINTED, "row")} more: show fewer, and print again.`;
    forget();
    draw();
  };
  window.addEventListener("beforeprint", () => print(true));
  window.addEventListener("afterprint", () => print(false));

  // ---- begin
  label();
  bar.hidden = TOTAL === 0;
  recall();
  setTimeout(ready, 0);
})();
