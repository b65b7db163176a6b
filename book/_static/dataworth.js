/* What the book's pages do beyond HTML: the ledger's search and filters, keys for its picture.
   Pages say all they have to say without this script. */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";

  // Words that this script writes; a page says everything else in its own language.
  const chinese = document.documentElement.lang.startsWith("zh");
  const CHINESE = {
    "chapters of": "展开章节:", "your guess": "您的猜测", search: "搜索", table: "表格", paper: "论文", verdict: "核对结论", basis: "依据",
    chapter: "章节", cause: "原因", all: "全部", "show all": "显示全部",
    potential: "数据资产潜力", banks: "银行", finance: "融资",
  };
  const say = (word) => (chinese && CHINESE[word]) || word;

  // What the theme leaves without a name: the arrows that unfold its contents.
  for (const arrow of document.querySelectorAll("summary:has(.toctree-toggle)")) {
    const part = arrow.closest("li").querySelector("a").textContent.trim();
    arrow.setAttribute("aria-label", `${say("chapters of")} ${part}`);
  }

  // A table that is wider than its room is reached by Tab, and then moved by arrow keys.
  for (const room of document.querySelectorAll(".dw-scroll")) {
    if (room.scrollWidth <= room.clientWidth) continue;
    room.tabIndex = 0;
    room.setAttribute("role", "region");
    room.setAttribute("aria-label", room.querySelector("caption")?.textContent || say("table"));
  }

  // A claim's address may lead into a folded table: unfold it.
  function unfold() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let d = target.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
    target.scrollIntoView({ block: "center" });
  }
  addEventListener("hashchange", unfold);

  // The picture is one stop of the Tab key for each paper; arrow keys walk over its cells.
  for (const map of document.querySelectorAll(".dw-map")) {
    const cells = [...map.querySelectorAll("a")];
    const reach = (cell) => cells.forEach((c) => { c.tabIndex = c === cell ? 0 : -1; });
    reach(cells[0]);
    map.addEventListener("focusin", (event) => reach(event.target));
    map.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const next = step && cells[cells.indexOf(event.target) + step];
      if (!next) return;
      event.preventDefault();
      next.focus();
    });
  }

  // Below a figure stand its picture and its table; here its pixels join them.
  for (const links of document.querySelectorAll(".dw-downloads")) {
    const picture = links.closest("figure").querySelector("img");
    const [svg, csv] = links.querySelectorAll("a");
    const png = document.createElement("a");
    png.textContent = "PNG";
    png.href = svg.href;
    png.download = svg.getAttribute("href").split("/").pop().replace(/svg$/, "png");
    png.addEventListener("click", () => {
      const canvas = document.createElement("canvas");
      canvas.width = 2 * picture.naturalWidth;
      canvas.height = 2 * picture.naturalHeight;
      const brush = canvas.getContext("2d");
      brush.fillStyle = "white";
      brush.fillRect(0, 0, canvas.width, canvas.height);
      brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
      png.href = canvas.toDataURL("image/png");
    });
    csv.before(png, " ");
  }

  // Guess first: the slider's value is written out, and marked among the others when they show.
  for (const box of document.querySelectorAll(".dw-guess")) {
    const slider = box.querySelector("input");
    const percent = box.dataset.percent;
    const said = () => (percent ? `${Math.round(slider.value * 100)}%` : Number(slider.value).toFixed(2));
    const show = () => { box.querySelector("output").textContent = said(); };
    slider.addEventListener("input", show);
    show();
    box.querySelector("details").addEventListener("toggle", () => {
      const own = box.querySelector(".dw-own") || document.createElement("li");
      own.className = "dw-own";
      own.style.setProperty("--at", (slider.value - slider.min) / (slider.max - slider.min));
      own.innerHTML = `<span>${say("your guess")}</span> <b>${said()}</b>`;
      box.querySelector("ul").prepend(own);
    });
  }

  // A panel of a sweep: only points that were computed.
  for (const panel of document.querySelectorAll(".dw-whatif")) {
    const points = JSON.parse(panel.dataset.points);
    const selects = [...panel.querySelectorAll("select")];
    panel.addEventListener("input", () => {
      const cells = points[selects.map((s) => s.selectedIndex).join()];
      panel.querySelectorAll("td").forEach((cell, n) => { cell.textContent = cells[n]; });
    });
  }

  const ledger = document.querySelector(".dw-ledger");
  if (!ledger) return unfold();

  const FACETS = ["paper", "verdict", "basis", "chapter", "cause"];
  const rows = [...ledger.querySelectorAll("tr[id]")].map((row) => {
    const parts = [row];
    if (row.nextElementSibling?.classList.contains("dw-note")) parts.push(row.nextElementSibling);
    const place = row.closest("tbody").querySelector(".dw-place").textContent;
    const text = [place, row.dataset.chapter, ...parts.map((p) => p.textContent)].join(" ");
    return { row, parts, text: text.toLowerCase() };
  });
  const groups = [...ledger.querySelectorAll("tbody")];

  const form = document.createElement("form");
  form.className = "dw-filters";
  form.setAttribute("role", "search");
  form.addEventListener("submit", (event) => event.preventDefault());
  function control(name, kind) {
    const label = document.createElement("label");
    const field = document.createElement(kind);
    field.name = name;
    label.append(say(name === "q" ? "search" : name), field);
    form.append(label);
    return field;
  }
  const search = control("q", "input");
  search.type = "search";
  const fields = FACETS.filter((f) => rows.some(({ row }) => row.dataset[f]))
    .map((facet) => control(facet, "select"));
  const clear = document.createElement("button");
  clear.type = "button";
  clear.textContent = say("show all");
  const count = document.createElement("output");
  count.setAttribute("aria-live", "polite");
  form.append(clear, count);
  ledger.prepend(form);

  // How a page names a value: verdict and basis as in its rows, a chapter as in the contents.
  function named(facet, value) {
    const own = { verdict: ".dw-badge", basis: "a.dw-basis" }[facet];
    const entry = own && rows.find(({ row }) => row.dataset[facet] === value && row.querySelector(own));
    if (entry) return entry.row.querySelector(own).textContent;
    const page = chinese && facet === "chapter" && document.querySelector(`nav a[href$="${value.split("/").pop()}.html"]`);
    return page ? page.textContent.trim() : say(value);
  }

  let chosen = {};
  const found = (entry, but) =>
    fields.every(({ name }) => name === but || !chosen[name] || entry.row.dataset[name] === chosen[name]) &&
    (chosen.q || "").toLowerCase().split(/\s+/).every((word) => entry.text.includes(word));

  function show() {
    for (const entry of rows) {
      const hidden = !found(entry);
      for (const part of entry.parts) part.hidden = hidden;
    }
    for (const group of groups) group.hidden = !group.querySelector("tr[id]:not([hidden])");
    for (const field of fields) {  // only values that still occur
      const counts = new Map(chosen[field.name] ? [[chosen[field.name], 0]] : []);
      for (const entry of rows) {
        const value = entry.row.dataset[field.name];
        if (value && found(entry, field.name)) counts.set(value, (counts.get(value) || 0) + 1);
      }
      const values = [...counts.keys()].sort();
      field.replaceChildren(new Option(say("all"), ""), ...values.map((v) => new Option(`${named(field.name, v)} (${counts.get(v)})`, v)));
      field.value = chosen[field.name] || "";
    }
    if (search.value !== (chosen.q || "")) search.value = chosen.q || "";
    const shown = rows.filter(({ row }) => !row.hidden).length;
    count.textContent = chinese ? `${rows.length}条论断中的${shown}条` : `${shown} of ${rows.length} claims`;
  }

  function choose(next, hash = location.hash) {
    chosen = Object.fromEntries(Object.entries(next).filter(([, value]) => value));
    show();
    const query = new URLSearchParams(chosen).toString();
    try {
      history.replaceState(null, "", (query ? `?${query}` : location.pathname) + hash);
    } catch { /* some browsers keep the address of a file */ }
  }

  form.addEventListener("input", () => choose(Object.fromEntries(new FormData(form)), ""));
  clear.addEventListener("click", () => choose({}, ""));

  // A row that is sent for is shown, whatever the filters say.
  function visit() {
    const row = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (row && row.hidden) choose({});
    unfold();
  }
  addEventListener("hashchange", visit);
  chosen = Object.fromEntries([...new URLSearchParams(location.search)]
    .filter(([name, value]) => value && (name === "q" || fields.some((f) => f.name === name))));
  show();
  visit();
});
