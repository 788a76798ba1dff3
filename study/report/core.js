// What every part of the page's script uses: elements, words in two languages, and text that nobody can hide in.
// The files are put one behind the other into one function; each defines what the next ones need.

/** The first element that fits, or null. */
const one = (selector, within = document) => within.querySelector(selector);

/** All elements that fit. */
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

/** An element with attributes and children; strings become text, never markup. */
function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

/** What a data block of the page holds; blocks are JSON and never run. */
function block(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

const root = document.documentElement;
const words = block("words");

/** The words of the interface by name, with places filled. */
function t(name, places = {}) {
  const text = words[name][root.lang === "ar" ? 1 : 0];
  return text.replace(/\{(\w+)\}/g, (_, place) => String(places[place]));
}

/** A name that is given in both languages: `[id, English, Arabic]`. */
function named(entry) {
  return root.lang === "ar" ? entry[2] : entry[1];
}

/** A number with marks between thousands. */
const counted = (number) => number.toLocaleString("en");

/** Thousandths as a share: 870 is `.870`. */
const share = (thousandths) => (thousandths >= 1000 ? "1.00" : `.${String(thousandths).padStart(3, "0")}`);

// Characters without ink, or that turn the text around them; signs that Arabic numbers stand upon are seen. As pages.py.
const HIDDEN =
  /(?![\u0600-\u0605\u06dd\u08e2\u0890\u0891\n\t])[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]/u;
// A run of Latin words: isolated, so that brackets and stops beside it stay where the Arabic sentence has them.
const LATIN = /[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9@&.'’:/_-]*(?: [A-Za-zÀ-ɏ0-9][A-Za-zÀ-ɏ0-9@&.'’:/_-]*)*/u;
const SPECIAL = new RegExp(`(${LATIN.source})|(${HIDDEN.source})`, "gu");

/** Text as nodes: Latin isolated, invisible characters as chips with their number. */
function visible(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(SPECIAL)) {
    if (match.index > end) nodes.push(text.slice(end, match.index));
    if (match[1]) {
      // a stop behind a Latin word belongs to the sentence
      const bare = match[1].replace(/[.':’/_-]+$/u, "");
      nodes.push(el("bdi", { dir: "ltr" }, bare));
      if (bare.length < match[1].length) nodes.push(match[1].slice(bare.length));
    } else {
      const number = match[2].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
      nodes.push(el("span", { class: "chip", dir: "ltr" }, `U+${number}`));
    }
    end = match.index + match[0].length;
  }
  if (end < text.length) nodes.push(text.slice(end));
  return nodes;
}

/** The same for places that hold text only, such as options. */
const plain = (text) =>
  text.replace(new RegExp(HIDDEN.source, "gu"), (each) => `‹U+${each.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}›`);

/** A name in whatever script it is in, isolated from the words around it. */
const isolated = (text) => el("bdi", { dir: "auto" }, visible(text));

const GLYPHS = { favor: "M0,-8L9,8H-9Z", against: "M0,8L9,-8H-9Z", neutral: "M-7,0a7,7 0 1,0 14,0a7,7 0 1,0 -14,0Z" };

/** The symbol of a stance, which tells it without its colour. */
function glyph(stance) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  for (const [name, value] of Object.entries({ class: "glyph", viewBox: "-10 -10 20 20", "aria-hidden": "true" })) {
    svg.setAttribute(name, value);
  }
  path.setAttribute("d", GLYPHS[stance]);
  path.setAttribute("fill", `var(--${stance})`);
  svg.append(path);
  return svg;
}

/** A choice kept for the next time; a page from disk may not be allowed to keep any. */
const kept = {
  get(name) {
    try { return localStorage.getItem(`zawiya.${name}`); } catch { return null; }
  },
  set(name, value) {
    try { localStorage.setItem(`zawiya.${name}`, value); } catch { /* it holds for this visit */ }
  },
};
