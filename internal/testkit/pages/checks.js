// Returns what is wrong with the page, a line each (WCAG 2.2: 1.3.1, 1.4.3, 1.4.10, 2.1.1, 2.4.1, 2.4.6, 3.1.1).
() => {
  const wrong = [];
  const say = (text, element) => wrong.push(text + (element ? ": " + element.outerHTML.slice(0, 140) : ""));
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const shown = e => e.checkVisibility({ visibilityProperty: true });

  // Nothing runs over the edge of the window.
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) {
    say(`the page is ${document.documentElement.scrollWidth} wide in a window of ${width}`);
    all("body *").filter(e => shown(e) && !e.closest(".scroll, .skip") && e.getBoundingClientRect().right > width + 1).slice(0, 3).forEach(e => say("too wide", e));
  }

  // Landmarks, language, headings.
  for (const selector of ["html[lang]", "main", "body > header", "nav[aria-label]", "body > footer", "head > title", "h1"]) {
    if (all(selector).length !== 1) say(`${all(selector).length} × ${selector}`);
  }
  let level = 0;
  for (const h of all("h1, h2, h3, h4, h5, h6").filter(shown)) {
    const now = Number(h.tagName[1]);
    if (now > level + 1) say(`a heading of level ${now} after one of level ${level}`, h);
    if (!h.textContent.trim()) say("an empty heading", h);
    level = now;
  }

  // Links lead somewhere, names are unique.
  const ids = all("[id]").map(e => e.id);
  new Set(ids.filter((id, i) => ids.indexOf(id) !== i)).forEach(id => say(`two elements have the id ${id}`));
  const known = new Set(ids);
  all("a[href]").forEach(a => { if (!a.hash || !known.has(a.hash.slice(1))) say("a link that leads nowhere", a); });
  all("[aria-labelledby]").forEach(e => e.getAttribute("aria-labelledby").split(" ").forEach(id => { if (!known.has(id)) say(`no label ${id}`, e); }));
  all("[src], link[href]").forEach(e => { if (!/^data:/.test(e.getAttribute("src") ?? e.getAttribute("href"))) say("something is loaded", e); });

  // Tables, pictures, what is folded, what scrolls.
  for (const table of all("table")) {
    if (!table.caption?.textContent.trim()) say("a table without a caption", table);
    all("th", table).forEach(th => { if (!th.hasAttribute("scope")) say("a th without scope", th); });
    const columns = table.tHead?.rows[0].cells.length;
    [...table.tBodies[0].rows].forEach(row => { if (row.cells.length !== columns) say(`a row of ${row.cells.length} cells in ${columns} columns`, row); });
  }
  for (const svg of all("svg")) {
    if (svg.getAttribute("role") !== "img" || !svg.querySelector(":scope > title")?.textContent || !svg.querySelector(":scope > desc")?.textContent) say("a picture without words", svg);
    if (!shown(svg)) continue;
    const frame = svg.getBoundingClientRect();
    for (const text of all("text", svg)) {
      const box = text.getBoundingClientRect(), around = text.parentElement.querySelector("rect").getBoundingClientRect();
      if (box.right > around.right || box.left < around.left || box.bottom > around.bottom + 1) say("text runs out of its box", text);
      if (box.right > frame.right + 1) say("text runs out of the picture", text);
    }
  }
  all("details").forEach(d => { if (d.firstElementChild?.tagName !== "SUMMARY" || !d.firstElementChild.textContent.trim()) say("folded without a word", d); });
  all("*").filter(e => e.tagName !== "HTML" && e.scrollWidth > e.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(e).overflowX)).forEach(e => {
    if (e.tabIndex < 0 || !e.getAttribute("aria-label")) say("it scrolls, and the keyboard cannot reach it", e);
  });

  // What a job costs at the start is within what it costs as it scales.
  all("td[data-label$='a month']:not([data-label^='Range'])").forEach(td => {
    const [now, least, most] = (td.textContent.match(/[\d,]+/g) ?? []).map(n => Number(n.replaceAll(",", "")));
    if (most !== undefined && (now < least || now > most)) say("a cost outside of its range", td);
  });

  // Contrast of all text that is seen, and its size.
  const parse = text => text.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const own = parse(getComputedStyle(e).backgroundColor);
      if (own.length < 4 || own[3] > 0) return own;
    }
    return [255, 255, 255];
  };
  const seen = new Set();
  for (const e of all("body *")) {
    if (!shown(e) || e.closest("title, desc, .skip") || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const style = getComputedStyle(e), drawn = e.tagName === "text";
    const front = parse(drawn ? style.fill : style.color);
    const back = drawn ? parse(getComputedStyle(e.parentElement.querySelector("rect")).fill) : behind(e);
    const [a, b] = [light(front), light(back)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05), size = parseFloat(style.fontSize);
    const key = [front, back, size].join();
    if (seen.has(key)) continue;
    seen.add(key);
    if (ratio < 4.5) say(`contrast ${ratio.toFixed(2)} of ${front} on ${back}`, e);
    if (size < 11.9) say(`text of ${size} pixels`, e);
  }
  return wrong;
}
