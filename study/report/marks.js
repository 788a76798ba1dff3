// Marks of the article under the pointer or the keyboard: scores on hover and focus, words behind a decision on choice.

/** From this weight on a word has the deepest shade. */
const DEEPEST = 0.4;

/** The words of a decision: `{start, end, weight}`, or undefined where it was not worked out. */
function weightsOf(reader, article, sentence, chosen) {
  const key = chosen.actor ? `m ${chosen.index}` : `f ${chosen.id}`;
  return reader.data.why[article.id]?.[sentence.index]?.[key]?.map(([start, end, weight]) => ({ start, end, weight: weight / 1000 }));
}

/** One of four shades for each direction, by how much a word did. */
function shade(weight) {
  const step = Math.min(4, Math.ceil((4 * Math.abs(weight)) / DEEPEST)) || 1;
  return `word ${weight > 0 ? "for" : "not"}-${step}`;
}

/** The sentence and the mention or frame that a mark is of. */
function markedOf(reader, mark) {
  const [index, kind, ...rest] = mark.dataset.mark.split(" ");
  const sentence = reader.article.sentences[Number(index)];
  const chosen = kind === "m" ? sentence.mentions[Number(rest[0])] : sentence.frames.find((frame) => frame.id === rest.join(" "));
  return { sentence, chosen };
}

/** What a label is sure of, as rows of bars. */
function scoreRows(chosen) {
  const rows = chosen.actor
    ? ["favor", "against", "neutral"].map((stance, place) => [stance, t(stance), chosen.scores[place], chosen.stance === stance])
    : [["frame", t("score"), chosen.score, true]];
  return el("span", { class: "scores" }, rows.map(([kind, name, score, given]) => {
    const bar = el("span", { class: `meter ${kind}` }, el("span"));
    bar.firstChild.style.inlineSize = `${score / 10}%`;
    return el("span", { class: `score-row${given ? " given" : ""}` }, el("span", {}, kind === "frame" ? null : glyph(kind), name), bar, el("bdi", { dir: "ltr" }, share(score)));
  }));
}

/** What a label says, in words. */
function sayMark(chosen) {
  if (!chosen.actor) {
    return [el("strong", {}, isolated(named(chosen.entry))), chosen.uncertain ? el("span", { class: "doubt" }, ` ${t("uncertain")}`) : null];
  }
  const held = chosen.holderEntry
    ? [el("span", {}, `${t("held_by")} `, isolated(named(chosen.holderEntry)), chosen.holderScore === null ? null : [" ", el("bdi", { dir: "ltr" }, share(chosen.holderScore))])]
    : [];
  return [
    el("strong", {}, isolated(named(chosen.entry))), " ", el("span", { class: `stance ${chosen.stance}` }, t(chosen.stance)),
    ...held.flatMap((each) => [" · ", each]),
    chosen.start === chosen.end ? ` · ${t("not_named")}` : null,
    chosen.uncertain ? el("span", { class: "doubt" }, ` ${t("uncertain")}`) : null,
  ];
}

/** The tip beside a mark. */
function showTip(reader, mark) {
  const { chosen } = markedOf(reader, mark);
  const { tip } = reader;
  tip.replaceChildren(el("span", { class: "tip-head" }, sayMark(chosen)), scoreRows(chosen));
  tip.hidden = false;
  const place = mark.getClientRects()[0] ?? mark.getBoundingClientRect();
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.min(Math.max(place.left + place.width / 2 - width / 2, 8), root.clientWidth - width - 8);
  const above = place.top - height - 10;
  tip.style.left = `${left}px`;
  tip.style.top = `${above > 8 ? above : place.bottom + 10}px`;
}

function hideTip(reader) {
  reader.tip.hidden = true;
}

/** Shade the words behind a mark and say them below its paragraph; a second time lets go. */
function choose(reader, mark) {
  const { sentence, chosen } = markedOf(reader, mark);
  const name = mark.dataset.mark;
  if (reader.chosen === name) {
    letGo(reader);
    one(`[data-mark="${CSS.escape(name)}"]`, reader.pane)?.focus();
    return;
  }
  letGo(reader);
  reader.chosen = name;
  refill(reader, sentence, chosen);
  showWhy(reader, sentence, chosen);
  hideTip(reader);
  const again = one(`[data-mark="${CSS.escape(name)}"]`, reader.pane);
  rove(reader, again);
}

function refill(reader, sentence, chosen) {
  fillSentence(reader, reader.article, sentence, one(`[data-sentence="${sentence.index}"]`, reader.pane), chosen);
}

/** No mark is chosen any more. */
function letGo(reader) {
  hideTip(reader);
  reader.why.remove();
  if (!reader.chosen) return;
  const sentence = reader.article?.sentences[Number(reader.chosen.split(" ")[0])];
  reader.chosen = null;
  if (sentence && one(`[data-sentence="${sentence.index}"]`, reader.pane)) refill(reader, sentence, null);
}

/** The card with the words behind the chosen decision. */
function showWhy(reader, sentence, chosen) {
  const weights = weightsOf(reader, reader.article, sentence, chosen);
  const strongest = (sign) => (weights ?? []).filter((each) => each.weight * sign > 0).sort((a, b) => sign * (b.weight - a.weight)).slice(0, 6);
  const line = (name, found) => (found.length ? el("p", { class: "why-words" }, el("span", { class: "soft" }, `${t(name)} `), found.flatMap((each) => [
    el("bdi", { class: shade(each.weight), dir: "rtl", lang: "ar" }, visible(reader.article.text.slice(each.start, each.end))), " ",
  ])) : null);
  const close = el("button", { type: "button", class: "close" }, t("let_go"));
  close.addEventListener("click", () => {
    const name = reader.chosen;
    letGo(reader);
    one(`[data-mark="${CSS.escape(name)}"]`, reader.pane)?.focus();
  });
  reader.why.lang = root.lang;
  reader.why.dir = root.dir;
  reader.why.replaceChildren(
    el("div", { class: "why-head" }, el("p", {}, sayMark(chosen)), close), scoreRows(chosen),
    el("h4", {}, t("why")),
    ...(weights ? [line("why_for", strongest(1)), line("why_against", strongest(-1)), el("p", { class: "soft small" }, t("why_how"))].filter(Boolean)
      : [el("p", { class: "soft small" }, t("not_explained"))]),
  );
  one(`[data-sentence="${sentence.index}"]`, reader.pane).parentElement.after(reader.why);
}

/** The one mark that Tab reaches; arrows move it. */
function rove(reader, mark) {
  for (const each of all('[data-mark][tabindex="0"]', reader.pane)) each.setAttribute("tabindex", "-1");
  mark.setAttribute("tabindex", "0");
  mark.focus();
}

const STEPS = { ArrowLeft: 1, ArrowDown: 1, ArrowRight: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };

function onMarkKey(reader, event) {
  const mark = event.target.closest("[data-mark]");
  if (event.key === "Escape") {
    const name = reader.chosen;
    letGo(reader);
    if (name) one(`[data-mark="${CSS.escape(name)}"]`, reader.pane)?.focus();
    return;
  }
  if (!mark || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Enter" || event.key === " ") choose(reader, mark);
  else if (event.key in STEPS) {
    const marks = all("[data-mark]", reader.pane);
    const place = Math.min(Math.max(marks.indexOf(mark) + STEPS[event.key], 0), marks.length - 1);
    rove(reader, marks[place]);
  } else return;
  event.preventDefault();
}

function startMarks(reader) {
  const { pane } = reader;
  const over = (event) => {
    const mark = event.target.closest?.("[data-mark]");
    // of a chosen mark the card says it all
    if (mark && mark.dataset.mark !== reader.chosen) showTip(reader, mark);
    else hideTip(reader);
  };
  pane.addEventListener("mouseover", over);
  pane.addEventListener("mouseleave", () => hideTip(reader));
  pane.addEventListener("focusin", over);
  pane.addEventListener("focusout", () => hideTip(reader));
  pane.addEventListener("keydown", (event) => onMarkKey(reader, event));
  pane.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-mark]");
    if (mark) choose(reader, mark);
  });
  window.addEventListener("scroll", () => hideTip(reader), { passive: true });
}
