// Tables and pictures. Every picture has a table as its twin, and its numbers stand in both.

import { h, svg } from "./dom.js";

// `columns`: [head, cell of a row, class?, order?]; the first is the row's header. `order` is `{href, now}` of a column that
// the rows can be ordered by: where that leads, and "ascending" or "descending" if they are. On a narrow screen each row becomes a card,
// which is why the roles are said: some browsers forget them where a table is not laid out as one.
export function table(caption, columns, rows, keyOf = (_, place) => place) {
  const cell = (row) => ([head, value, tone], place) =>
    place === 0
      ? h("th", { scope: "row", role: "rowheader", class: tone }, value(row))
      : h("td", { role: "cell", class: tone, "data-head": head }, value(row));
  return h("table", { role: "table" },
    h("caption", null, caption),
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" },
      columns.map(([head, , tone, order]) => h("th", { scope: "col", role: "columnheader", class: tone, "aria-sort": order?.now },
        order ? h("a", { href: order.href, "data-act": "order" }, head, order.now && h("span", { "aria-hidden": "true" }, order.now === "ascending" ? " ▲" : " ▼")) : head)))),
    h("tbody", { role: "rowgroup" }, rows.map((row, place) =>
      h("tr", { role: "row", "data-key": keyOf(row, place) }, columns.map(cell(row))))));
}

// Names with values; `wide` values have a line of their own.
export const facts = (pairs) =>
  h("dl", { class: "facts" }, pairs.filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false).map(
    ([name, value, tone]) => h("div", { class: tone }, h("dt", null, name), h("dd", null, value))));

const twin = (key, caption, heads, rows) =>
  h("details", { "data-key": `${key}-twin` }, h("summary", null, `${caption} as a table`),
    table(caption, heads.map((head, place) => [head, (row) => row[place]]), rows));

// A bar whose parts are as long as their numbers. `parts`: [word, number, tone].
export function stackedBar(key, caption, parts) {
  const total = parts.reduce((sum, [, number]) => sum + number, 0);
  let left = 0;
  const pieces = parts.map(([word, number, tone]) => {
    const width = (number / total) * 1000;
    const piece = svg("rect", { x: left, y: 0, width: Math.max(width - 2, 1), height: 20, class: `fill ${tone}` },
      svg("title", null, `${word}: ${number}`));
    left += width;
    return piece;
  });
  const words = parts.map(([word, number]) => `${number} ${word}`).join(", ");
  return h("figure", { "data-key": key },
    svg("svg", { viewBox: "0 0 1000 20", preserveAspectRatio: "none", class: "bar", role: "img",
      "aria-label": `${caption}: ${words}` }, pieces),
    h("figcaption", null, words),
    twin(key, caption, ["What", "Number"], parts.map(([word, number]) => [word, number])));
}

// A line through values between `low` and `high`. `points`: [word, value or null, text].
export function sparkline(key, caption, points, low, high) {
  const step = points.length > 1 ? 280 / (points.length - 1) : 0;
  const place = (value) => 34 - ((value - low) / (high - low || 1)) * 28;
  const dots = points.map(([word, value, text], at) => [10 + at * step, value, `${word}: ${text}`])
    .filter(([, value]) => value !== null);
  const last = dots.at(-1);
  return h("figure", { "data-key": key },
    svg("svg", { viewBox: "0 0 300 40", class: "spark", role: "img",
      "aria-label": `${caption}: ${points.map(([word, , text]) => `${word} ${text}`).join(", ")}` },
      svg("line", { x1: 10, x2: 290, y1: 34, y2: 34, class: "axis" }),
      svg("polyline", { points: dots.map(([x, value]) => `${x},${place(value)}`).join(" "), class: "trace" }),
      last && svg("circle", { cx: last[0], cy: place(last[1]), r: 3.5, class: "end" }, svg("title", null, last[2]))),
    twin(key, caption, ["When", "Value"], points.map(([word, , text]) => [word, text])));
}

// A number with a bar beside it, in a table: `most` is as long as the longest.
export const measured = (number, most, tone) => [`${number} `,
  svg("svg", { viewBox: "0 0 100 10", class: "measure", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("rect", { width: Math.max((number / (most || 1)) * 100, 1), height: 10, class: `fill ${tone}` }))];

// One bar a row, as long as its value. `rows`: [word, value, text, tone].
export function bars(key, caption, heads, rows) {
  const most = Math.max(...rows.map(([, value]) => value), 0) || 1;
  const pieces = rows.map(([word, value, text, tone], at) =>
    svg("rect", { x: at * 20 + 2, width: 16, y: 40 - Math.max((value / most) * 38, 1.5),
      height: Math.max((value / most) * 38, 1.5), class: `fill ${tone}` }, svg("title", null, `${word}: ${text}`)));
  return h("figure", { "data-key": key },
    svg("svg", { viewBox: `0 0 ${Math.max(rows.length, 12) * 20} 40`, preserveAspectRatio: "xMinYMid", class: "bars", role: "img",
      "aria-label": `${caption}: ${rows.map(([word, , text]) => `${word} ${text}`).join(", ")}` }, pieces),
    twin(key, caption, heads, rows.map(([word, , text]) => [word, text])));
}
