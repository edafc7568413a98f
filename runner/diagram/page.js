"use strict";
// All text comes from the data of the page and is set as text, never as HTML.
const { tables, links } = JSON.parse(document.getElementById("data").textContent);
const at = (id) => document.getElementById(id);
const picture = at("picture"), svg = picture.querySelector("svg"), list = at("list");
const details = at("details"), search = at("search");
const nodes = new Map(), groups = new Map(), buttons = [];
const lines = [...svg.querySelectorAll("path[data-from]")];
for (const node of svg.querySelectorAll("[data-table]")) nodes.set(+node.dataset.table, node);
for (const node of svg.querySelectorAll("[data-schema]")) groups.set(node.dataset.schema, { node });

function make(tag, text, ...children) {
  const made = document.createElement(tag);
  if (text !== null && text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

// The list, which screen readers read.
for (const [number, table] of tables.entries()) {
  const group = groups.get(table.schema);
  if (!group.part) {
    group.part = make("details", null, make("summary", null), make("ul"));
    group.numbers = [];
    group.part.addEventListener("toggle", () => fold(group));
    list.append(group.part);
  }
  group.numbers.push(number);
  const button = make("button", short(table));
  button.addEventListener("click", () => choose(number, true));
  buttons.push(button);
  group.part.lastChild.append(make("li", null, button));
}
if (!tables.length) list.textContent = "No tables";
for (const [name, group] of groups) {
  group.part.firstChild.textContent = `${name} (${group.numbers.length})`;
  group.label = group.node.querySelector("text");
  group.label.dataset.schema = name;
  svg.append(group.label); // above the tables
  group.box = group.node.querySelector("rect").getBBox();
}
function short(table) {
  return table.name.startsWith(`${table.schema}.`) ? table.name.slice(table.schema.length + 1) : table.name;
}

// Groups fold together in the list and in the picture.
const away = new Set();
function fold(group) {
  const open = group.part.open, { box, label } = group;
  const text = open ? short({ name: group.node.dataset.schema, schema: "" }) : group.part.firstChild.textContent;
  for (const node of [group.node, label]) node.classList.toggle("folded", !open);
  label.style.setProperty("--fit", `${Math.min(box.height / 3, box.width / text.length)}px`);
  label.textContent = text;
  label.setAttribute("x", open ? box.x + 10 : box.x + box.width / 2);
  label.setAttribute("y", open ? box.y + 20 : box.y + box.height / 2);
  label.setAttribute("text-anchor", open ? "start" : "middle");
  label.setAttribute("dominant-baseline", open ? "auto" : "central");
  for (const number of group.numbers) {
    nodes.get(number).classList.toggle("away", !open);
    if (open) away.delete(number); else away.add(number);
  }
  for (const line of lines) {
    line.classList.toggle("away", away.has(+line.dataset.from) && away.has(+line.dataset.to));
  }
  at("fold").textContent = [...groups.values()].some((one) => one.part.open) ? "Fold all" : "Open all";
}
at("fold").addEventListener("click", () => {
  const open = at("fold").textContent === "Open all";
  for (const group of groups.values()) group.part.open = open;
});

// The visible part of the picture: x, y, width, height.
const [, , fullWidth, fullHeight] = svg.getAttribute("viewBox").split(" ").map(Number);
let view = { x: 0, y: 0, width: fullWidth, height: fullHeight };
function show(next) {
  view = next;
  svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
  svg.classList.toggle("far", scale() < 0.4);
  svg.style.setProperty("--pixel", `${1 / scale()}px`);
}
// The whole picture is printed, whatever part the screen shows.
let onScreen = view;
addEventListener("beforeprint", () => {
  onScreen = view;
  show({ x: 0, y: 0, width: fullWidth, height: fullHeight });
  svg.classList.toggle("far", tables.length > 100);
});
addEventListener("afterprint", () => show(onScreen));
function scale() {
  const { width, height } = picture.getBoundingClientRect();
  return Math.min(width / view.width, height / view.height);
}
function whole() {
  const { width, height } = picture.getBoundingClientRect();
  // A small picture does not fill a large window, and a large one leaves a margin.
  const grow = Math.max(1.05, Math.min(width / fullWidth, height / fullHeight) / 1.25);
  const w = fullWidth * grow, h = fullHeight * grow;
  show({ x: (fullWidth - w) / 2, y: (fullHeight - h) / 2, width: w, height: h });
}
function middle() {
  return { x: view.x + view.width / 2, y: view.y + view.height / 2 };
}
function zoom(factor, { x, y } = middle()) {
  if (scale() / factor > 8 || (factor > 1 && view.width > fullWidth * 3)) return;
  show({ x: x - (x - view.x) * factor, y: y - (y - view.y) * factor, width: view.width * factor, height: view.height * factor });
}
function move(x, y) {
  show({ ...view, x: view.x + x / scale(), y: view.y + y / scale() });
}
function point(event) {
  const found = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return { x: found.x, y: found.y };
}
picture.addEventListener("wheel", (event) => {
  event.preventDefault();
  zoom(Math.exp(event.deltaY * 0.0015), point(event));
}, { passive: false });
let held = null;
picture.addEventListener("pointerdown", (event) => {
  held = { x: event.clientX, y: event.clientY, moved: false };
});
picture.addEventListener("pointermove", (event) => {
  if (!held || !event.buttons) return;
  if (!held.moved && Math.hypot(event.clientX - held.x, event.clientY - held.y) < 4) return;
  if (!held.moved) picture.setPointerCapture(event.pointerId);
  held.moved = true;
  picture.classList.add("moving");
  move(held.x - event.clientX, held.y - event.clientY);
  held.x = event.clientX;
  held.y = event.clientY;
});
picture.addEventListener("click", (event) => {
  picture.classList.remove("moving");
  if (held && held.moved) return;
  const node = event.target.closest("[data-table], [data-schema]");
  if (!node) return;
  if (node.dataset.table !== undefined) choose(+node.dataset.table, false);
  else groups.get(node.dataset.schema).part.toggleAttribute("open");
});
at("in").addEventListener("click", () => zoom(0.75));
at("out").addEventListener("click", () => zoom(1 / 0.75));
at("whole").addEventListener("click", whole);
const KEYS = {
  ArrowLeft: () => move(-60, 0), ArrowRight: () => move(60, 0), ArrowUp: () => move(0, -60),
  ArrowDown: () => move(0, 60), "+": () => zoom(0.75), "=": () => zoom(0.75), "-": () => zoom(1 / 0.75), 0: whole,
};
picture.addEventListener("keydown", (event) => {
  if (!KEYS[event.key] || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  KEYS[event.key]();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
  if (event.key === "/" && event.target !== search) {
    event.preventDefault();
    search.focus();
  }
});

// Search, in names, columns and comments.
const words = tables.map((table) => [table.name, table.properties.comment, ...table.columns.flatMap((one) => [one.name, one.comment])]
  .filter(Boolean).join("\n").toLowerCase());
search.addEventListener("input", () => {
  const wanted = search.value.trim().toLowerCase();
  const found = words.map((text) => text.includes(wanted));
  for (const [number, button] of buttons.entries()) {
    button.parentNode.hidden = !found[number];
    nodes.get(number).classList.toggle("dimmed", !found[number]);
  }
  for (const line of lines) line.classList.toggle("dimmed", !(found[line.dataset.from] && found[line.dataset.to]));
  for (const group of groups.values()) {
    const has = group.numbers.some((number) => found[number]);
    group.part.hidden = !has;
    if (wanted && has) group.part.open = true;
  }
  at("found").textContent = wanted ? `${found.filter(Boolean).length} of ${tables.length} tables` : "";
});
search.addEventListener("keydown", (event) => {
  const first = buttons.findIndex((button) => !button.parentNode.hidden);
  if (event.key === "Enter" && first >= 0) choose(first, true);
});

// The chosen table.
let chosen = null;
function choose(number, center) {
  close();
  chosen = number;
  const table = tables[number], group = groups.get(table.schema);
  group.part.open = true;
  buttons[number].setAttribute("aria-current", "true");
  buttons[number].scrollIntoView({ block: "nearest" });
  nodes.get(number).classList.add("lit");
  for (const line of lines) {
    line.classList.toggle("lit", +line.dataset.from === number || +line.dataset.to === number);
  }
  details.replaceChildren(...described(table));
  keepingScale(() => { details.hidden = false; });
  details.scrollTop = 0;
  history.replaceState(null, "", `#${encodeURIComponent(table.name)}`);
  if (center) {
    const { x, y, width, height } = placed(nodes.get(number));
    const room = picture.getBoundingClientRect(), by = Math.max(scale(), 0.9);
    show({ x: x + width / 2 - room.width / by / 2, y: y + height / 2 - room.height / by / 2, width: room.width / by, height: room.height / by });
    details.focus({ preventScroll: true });
  }
}
// Runs `change`, which may resize the picture, and restores the scale.
function keepingScale(change) {
  const before = scale();
  change();
  const { width, height } = picture.getBoundingClientRect();
  show({ ...view, width: width / before, height: height / before, y: view.y + (view.height - height / before) / 2 });
}
function placed(node) {
  const moved = node.transform.baseVal[0].matrix, box = node.querySelector(".box");
  return { x: moved.e, y: moved.f, width: +box.getAttribute("width"), height: +box.getAttribute("height") };
}
function close() {
  if (chosen === null) return;
  buttons[chosen].removeAttribute("aria-current");
  nodes.get(chosen).classList.remove("lit");
  for (const line of lines) line.classList.remove("lit");
  if (details.contains(document.activeElement)) buttons[chosen].focus({ preventScroll: true });
  keepingScale(() => { details.hidden = true; });
  chosen = null;
}
function described(table) {
  const shut = make("button", "Close");
  shut.addEventListener("click", close);
  const top = make("div", null, make("h2", table.name), shut);
  top.className = "top";
  top.firstChild.id = "chosen";
  const made = [top, dim([table.kind, table.place].filter(Boolean).join(" · "))];
  const { comment, definition, inherits, ...others } = table.properties;
  if (comment) made.push(make("p", comment));
  if (table.columns.length) made.push(make("h3", "Columns"), grid("Columns", ["column", "type", "null", "default", "keys", "comment"], table.columns.map(
    (one) => [one.name, one.type, one.not_null ? "NOT NULL" : "", one.default ?? "", one.keys.join(", "), one.comment ?? ""])));
  made.push(...neighbours(table));
  for (const kind of [...new Set(table.parts.map((part) => part.kind))]) {
    made.push(make("h3", PLURAL[kind] ?? kind));
    for (const part of table.parts.filter((one) => one.kind === kind)) made.push(...partOf(part));
  }
  if (table.kind.endsWith("view")) others.definition = definition;
  const properties = Object.entries(others);
  if (properties.length) made.push(make("h3", "Properties"), grid("Properties", ["property", "value"], properties));
  if (table.rows) {
    made.push(make("h3", `Rows of the scripts: ${table.rows.number}`));
    if (table.rows.first.length) made.push(grid("Rows", table.columns.map((one) => one.name), table.rows.first));
    if (table.rows.number > table.rows.first.length) made.push(dim(`the first ${table.rows.first.length} are shown`));
  }
  return made;
}
const PLURAL = { constraint: "Constraints", index: "Indexes", trigger: "Triggers", policy: "Policies", rule: "Rules" };
function dim(text) {
  const made = make("p", text);
  made.className = "dim";
  return made;
}
function partOf(part) {
  const { comment, definition, enabled, ...others } = part.properties;
  const stated = definition ?? Object.entries(others).map(([word, value]) => `${word.toUpperCase()} ${value}`).join(" ");
  const text = enabled && enabled !== "ENABLE" ? `${stated} (${enabled})` : stated;
  const made = [make("p", null, make("strong", part.name), part.place ? ` ${part.place}` : ""), make("pre", text)];
  if (comment) made.push(make("p", comment));
  const called = part.function;
  if (called) made.push(make("details", null, make("summary", `${called.name} ${called.place ?? ""}`), make("pre", called.properties.definition)));
  return made;
}
function neighbours(table) {
  const rows = [];
  for (const link of links) {
    if (link.table === table.name) rows.push([link.kind, "to", link.other, link.columns]);
    if (link.other === table.name) rows.push([link.kind, "from", link.table, link.columns]);
  }
  if (!rows.length) return [];
  const items = rows.map(([kind, way, name, columns]) => {
    const button = make("button", name);
    button.className = "link";
    button.addEventListener("click", () => choose(tables.findIndex((one) => one.name === name), true));
    return make("li", `${kind} ${way} `, button, columns.length ? ` by ${columns.join(", ")}` : "");
  });
  return [make("h3", "Connected with"), make("ul", null, ...items)];
}
// Returns a table without its empty columns.
function grid(name, heads, rows) {
  const filled = heads.map((_, number) => rows.some((row) => row[number] !== ""));
  const kept = (cells) => cells.filter((_, number) => filled[number]);
  const head = make("tr", null, ...kept(heads).map((text) => make("th", text)));
  const body = rows.map((row) => make("tr", null, ...kept(row).map((text) => {
    const cell = make("td", text ?? "NULL");
    cell.className = text === null ? "null" : text.length < 10 ? "short" : "";
    return cell;
  })));
  const cells = make("table", null, make("thead", null, head), make("tbody", null, ...body));
  cells.setAttribute("aria-label", name);
  const made = make("div", null, cells);
  made.className = "scroll";
  return made;
}

// Sizes of the names in a picture too small for the rest: they fill their boxes up to a common limit.
const fits = [...nodes].map(([number, node]) => {
  const { width, height } = placed(node);
  return Math.min(height * 0.8, width / (short(tables[number]).length * 0.62));
});
const usual = [...fits].sort((a, b) => a - b)[Math.floor(fits.length / 4)];
for (const [index, node] of [...nodes.values()].entries()) {
  const { width, height } = placed(node), name = node.querySelector(".name");
  node.style.setProperty("--fit", `${Math.min(fits[index], usual)}px`);
  node.style.setProperty("--middle", `translate(${width / 2 - name.getAttribute("x")}px, ${height / 2 - name.getAttribute("y")}px)`);
}
const unfolded = tables.length <= 100 || groups.size === 1;
for (const group of groups.values()) {
  group.part.open = unfolded;
  fold(group);
}
whole();
const named = tables.findIndex((one) => one.name === decodeURIComponent(location.hash.slice(1)));
if (named >= 0) choose(named, true);
