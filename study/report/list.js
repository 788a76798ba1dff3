// The left half of the reader: filters, and the sentences that fit them, a page at a time.

const PAGE = 20;
/** Characters of the neighbours that are shown around a sentence. */
const AROUND = 90;
const VOICES = ["own", "quoted"];

/** Options of every filter: value, words, and how many sentences have it. */
function optionsOf(data) {
  const tally = new Map();
  const add = (key, value, seen) => {
    const name = `${key} ${value}`;
    if (!seen.has(name)) tally.set(name, (tally.get(name) ?? 0) + 1);
    seen.add(name);
  };
  for (const article of data.articles) {
    for (const sentence of article.sentences.filter((each) => each.role !== FURNITURE)) {
      const seen = new Set();
      add("outlet", article.outlet, seen);
      add("event", article.event, seen);
      const given = sentence.frames.filter((frame) => frame.given);
      for (const frame of given) add("frame", frame.id, seen);
      if (!given.length) add("frame", "", seen);
      for (const mention of sentence.mentions) for (const key of OF_MENTION) add(key, mention[key], seen);
    }
  }
  const option = (key) => (entry) => ({ value: entry[0], entry, count: tally.get(`${key} ${entry[0]}`) ?? 0 });
  const most = (options) => options.filter((each) => each.count).sort((a, b) => b.count - a.count);
  const none = (key) => (tally.has(`${key} `) ? [{ value: "", entry: null, count: tally.get(`${key} `) }] : []);
  const same = (value) => [value, value, value];
  const worded = (value) => [value, words[value][0], words[value][1]];
  return {
    outlet: [...most(data.outlets.map(same).map(option("outlet"))), ...none("outlet")],
    actor: most(data.actors.map(option("actor"))),
    stance: data.stances.map(worded).map(option("stance")),
    voice: VOICES.map(worded).map(option("voice")),
    holder: [...most(data.holders.map(option("holder")))],
    frame: [...most(data.frames.map(option("frame"))), ...none("frame")],
    event: most(data.events.map(([id, title]) => [id, title, title]).map(option("event"))),
  };
}

/** What a value is called. */
function valueName(reader, key, value) {
  if (value === "") return key === "outlet" ? t("no_outlet") : t("none");
  if (key === "article") return reader.data.byId.get(value)?.title || value;
  const option = reader.options[key]?.find((each) => each.value === value);
  return option?.entry ? named(option.entry) : value;
}

const FIELDS = [
  ["outlet", "outlet", 0], ["actor", "actor", 0], ["stance", "stance", 0], ["voice", "voice", 0], ["holder", "holder", 0],
  ["frame", "frame", 0], ["frame", "frame_too", 1], ["event", "event", 0],
];

/** The form of filters, made anew when the language changes. */
function makeFilters(reader) {
  const fields = FIELDS.filter(([key]) => reader.options[key].length > (key === "event" ? 0 : 1)).map(([key, label, place]) => {
    const select = el("select", { "data-key": key, "data-place": place });
    select.append(el("option", { value: "" }, t("any")));
    for (const { value, entry, count } of reader.options[key]) {
      const name = entry ? named(entry) : valueName(reader, key, "");
      select.append(el("option", { value: `=${value}` }, `${plain(name)} (${counted(count)})`));
    }
    select.addEventListener("change", () => chosen(reader, key, place, select.value));
    return el("label", { class: "field" }, el("span", {}, t(label)), select);
  });
  const dates = reader.data.articles.map((article) => article.date?.slice(0, 10)).filter(Boolean).sort();
  const days = dates.length ? ["from", "to"] : [];
  for (const key of days) {
    const input = el("input", { type: "date", "data-key": key, min: dates[0], max: dates.at(-1) });
    input.addEventListener("change", () => goTo(reader, withFilter(reader.place.filters, key, input.value ? [input.value] : [])));
    fields.push(el("label", { class: "field" }, el("span", {}, t(key)), input));
  }
  reader.form.replaceChildren(...fields);
}

function chosen(reader, key, place, value) {
  const former = [...(reader.place.filters.get(key) ?? [])];
  // only of frames can a sentence be asked to have two
  const values = key === "frame" ? former.slice(0, 2) : [];
  if (value) values[key === "frame" ? place : 0] = value.slice(1);
  else values.splice(place, 1);
  goTo(reader, withFilter(reader.place.filters, key, [...new Set(values.filter((each) => each !== undefined))]));
}

const goTo = (reader, filters) => go(addressOf({ filters }));

/** The form says what the address says. */
function setFilters(reader) {
  const { filters } = reader.place;
  // a second frame is asked for beside a first
  const second = one('[data-place="1"]', reader.form);
  if (second) second.parentElement.hidden = !filters.has("frame");
  for (const field of all("[data-key]", reader.form)) {
    const values = filters.get(field.dataset.key) ?? [];
    if (field.type === "date") {
      field.value = values[0] ?? "";
      continue;
    }
    all("option[data-more]", field).forEach((option) => option.remove());
    const shown = field.dataset.key === "frame" ? values.slice(Number(field.dataset.place)).slice(0, 1) : values;
    field.value = shown.length === 1 ? `=${shown[0]}` : "";
    if (shown.length > 1 || (shown.length === 1 && field.selectedIndex < 0)) {
      const name = shown.length > 1 ? t("several") : plain(valueName(reader, field.dataset.key, shown[0]));
      field.append(el("option", { value: "*", "data-more": true, disabled: true }, name));
      field.value = "*";
    }
  }
  const chips = [...filters].flatMap(([key, values]) => values.map((value) => filterChip(reader, key, value)));
  if (chips.length) chips.push(el("a", { class: "clear-all", href: "#reader?" }, t("clear_all")));
  reader.chips.replaceChildren(...chips);
  reader.chips.hidden = !chips.length;
}

function filterChip(reader, key, value) {
  const name = valueName(reader, key, value);
  const button = el(
    "button", { type: "button", class: "filter", "aria-label": t("remove", { n: `${t(key)}: ${plain(name)}` }) },
    el("span", { class: "soft" }, `${t(key)} `), isolated(name), el("span", { class: "cross", "aria-hidden": "true" }, "×"),
  );
  button.addEventListener("click", () => {
    const values = (reader.place.filters.get(key) ?? []).filter((each) => each !== value);
    goTo(reader, withFilter(reader.place.filters, key, values));
    reader.heading.focus({ preventScroll: true });
  });
  return button;
}

/** The page of sentences, and how many there are. */
function showList(reader) {
  const { hits, place } = reader;
  const articles = new Set(hits.map((hit) => hit.article)).size;
  const mentions = hits.reduce((sum, hit) => sum + hit.mentions.size, 0);
  const parts = [t("found", { n: counted(hits.length), m: counted(articles) })];
  if (mentions > hits.length) parts.push(t("mentions_found", { n: counted(mentions) }));
  reader.status.textContent = parts.join(" · ");
  const pages = Math.max(1, Math.ceil(hits.length / PAGE));
  const page = Math.min(place.page, pages);
  const first = (page - 1) * PAGE;
  reader.hitsPage = page;
  const items = hits.slice(first, first + PAGE).map((hit) => el("li", {}, hitLink(reader, hit, page)));
  reader.list.replaceChildren(...items);
  reader.list.start = first + 1;
  reader.empty.hidden = hits.length > 0;
  reader.empty.textContent = t("no_match") + (reader.sampled ? ` ${t("no_match_sample")}` : "");
  reader.pager.hidden = pages < 2;
  reader.pager.replaceChildren(
    pageLink(reader, page - 1, pages, "previous"), el("span", {}, t("page", { n: counted(page), m: counted(pages) })),
    pageLink(reader, page + 1, pages, "next"),
  );
}

function pageLink(reader, page, pages, name) {
  const { filters } = reader.place;
  if (page < 1 || page > pages) return el("span", { class: "soft", "aria-disabled": "true" }, t(name));
  return el("a", { href: addressOf({ filters, page }), rel: name === "next" ? "next" : "prev" }, t(name));
}

function hitLink(reader, hit, page) {
  const { article, sentence } = hit;
  const before = article.text.slice(Math.max(0, sentence.start - AROUND), sentence.start);
  const after = article.text.slice(sentence.end, sentence.end + AROUND);
  const text = el(
    "span", { class: "hit-text", lang: "ar", dir: "rtl" },
    el("span", { class: "around" }, visible(wordwise(before, true))), " ",
    el("span", { class: "core" }, sentencePieces(article, sentence, hit.mentions)), " ",
    el("span", { class: "around" }, visible(wordwise(after, false))),
  );
  const labels = [...(hit.mentions.size ? hit.mentions : sentence.mentions)].map((mention) => label(mention));
  return el(
    "a", { class: "hit", href: addressOf({ filters: reader.place.filters, page, open: article.id, at: sentence.index }),
      "data-hit": `${article.index} ${sentence.index}` },
    el("span", { class: "hit-meta" }, outletAndDate(article)), text,
    labels.length ? el("span", { class: "hit-labels" }, labels) : null,
  );
}

/** Neighbouring text on one line, cut at a word. */
function wordwise(text, before) {
  const line = text.replace(/\s+/g, " ").trim();
  if (text.length < AROUND) return line;
  return before ? `…\u00a0${line.slice(line.indexOf(" ") + 1)}` : `${line.slice(0, Math.max(line.lastIndexOf(" "), 0))}\u00a0…`;
}

/** Who published an article and when. */
function outletAndDate(article) {
  const outlet = article.outlet ? isolated(article.outlet) : el("span", {}, t("no_outlet"));
  const date = article.date ? el("bdi", { dir: "ltr" }, visible(article.date.slice(0, 10))) : el("span", {}, t("no_date"));
  return [outlet, el("span", { "aria-hidden": "true" }, " · "), date];
}

/** A stance in words: who, what, and held by whom. */
function label(mention) {
  return el(
    "span", { class: `label ${mention.stance}${mention.uncertain ? " unsure" : ""}` },
    glyph(mention.stance), isolated(named(mention.entry)), " ", el("span", {}, t(mention.stance)),
    mention.holderEntry ? [" ", el("span", { class: "soft" }, t("held_by")), " ", isolated(named(mention.holderEntry))] : null,
    mention.uncertain ? el("span", { class: "doubt" }, ` ${t("uncertain")}`) : null,
  );
}

/** A sentence with the mentions that fit underlined. */
function sentencePieces(article, sentence, mentions) {
  return piecesOf(sentence, sentence.mentions, []).map(({ start, end, mention }) => {
    const text = visible(article.text.slice(start, end));
    if (!mention) return text;
    const strong = !mentions.size || mentions.has(mention);
    return strong ? el("span", { class: `named ${mention.stance}${mention.uncertain ? " unsure" : ""}` }, text) : text;
  }).flat();
}
