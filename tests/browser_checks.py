"""Scripts that look for what makes a page hard to use; each gives a list of findings, empty when there are none."""

# After the WCAG rules that axe-core counts as serious: names of controls and links, languages, headings, unique ids, tables.
CHECKS = """() => {
  const found = [];
  const named = (el) => (el.getAttribute("aria-label") || el.innerText || el.title || el.querySelector("title")?.textContent || "").trim();
  if (!document.documentElement.lang) found.push("no language");
  if (!document.title) found.push("no title");
  if (document.querySelectorAll("main").length !== 1) found.push("not one main");
  if (document.querySelectorAll("h1").length !== 1) found.push("not one h1");
  for (const el of document.querySelectorAll("a[href], button")) if (el.checkVisibility() && !named(el)) found.push("no name: " + el.outerHTML.slice(0, 120));
  for (const el of document.querySelectorAll("input:not([type=hidden]), select"))
    if (!el.labels.length && !el.getAttribute("aria-label")) found.push("no label: " + el.outerHTML.slice(0, 120));
  for (const el of document.querySelectorAll("svg")) if (!el.getAttribute("aria-label")) found.push("picture without words");
  for (const el of document.querySelectorAll("img:not([alt])")) found.push("image without alt");
  const ids = [...document.querySelectorAll("[id]")].map((el) => el.id);
  if (new Set(ids).size !== ids.length) found.push("id twice");
  for (const table of document.querySelectorAll("table")) {
    const width = table.tHead.rows[0].cells.length;
    for (const row of table.tBodies[0].rows) {
      const cells = [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0);
      if (cells !== width) found.push("row of " + cells + " under " + width + " heads");
    }
  }
  for (const el of document.querySelectorAll("[style]")) found.push("style attribute");
  if (document.documentElement.scrollWidth > innerWidth) found.push("wider than the window");
  return found;
}"""

# WCAG 1.4.3: 4.5:1 for text, 3:1 for large or bold large text. Opacity and pictures are not looked at.
CONTRAST = """() => {
  const parse = (text) => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const back = (el) => {
    for (; el; el = el.parentElement) {
      const color = parse(getComputedStyle(el).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255, 255];
  };
  const found = new Set();
  for (const el of document.querySelectorAll("body *")) {
    if (![...el.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()) || !el.checkVisibility()) continue;
    if (el.closest("svg, option")) continue;
    const style = getComputedStyle(el), size = parseFloat(style.fontSize);
    const [a, b] = [light(parse(style.color)), light(back(el))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05), least = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    if (ratio < least) found.add(`${el.tagName}.${el.className} ${ratio.toFixed(2)}`);
  }
  return [...found];
}"""
