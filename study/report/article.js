// The right half of the reader: one article, right to left, with what was found in it.

/** A sentence cut where a mention or a weighed word begins or ends: each piece has at most one of either. */
function piecesOf(sentence, mentions, weights) {
  const cuts = new Set([sentence.start, sentence.end]);
  for (const each of [...mentions, ...weights]) {
    for (const cut of [each.start, each.end]) if (cut > sentence.start && cut < sentence.end) cuts.add(cut);
  }
  const ordered = [...cuts].sort((a, b) => a - b);
  const around = (spans, start, end) => spans.find((each) => each.start <= start && each.end >= end) ?? null;
  return ordered.slice(1).map((end, place) => {
    const start = ordered[place];
    return { start, end, mention: around(mentions, start, end), weight: around(weights, start, end) };
  });
}

/** The article that is open, or the one of the first sentence that fits. */
function showArticle(reader) {
  const { place, data, hits } = reader;
  const article = (place.open === null ? hits[0]?.article : data.byId.get(place.open)) ?? null;
  reader.article = article;
  reader.box.classList.toggle("has-article", place.open !== null && article !== null);
  letGo(reader);
  if (!article) {
    reader.pane.replaceChildren(el("p", { class: "soft" }, t("choose_article")));
    return;
  }
  const own = new Map(hits.filter((hit) => hit.article === article).map((hit) => [hit.sentence.index, hit.mentions]));
  const title = article.sentences.some((each) => each.role === 0) ? null : article.title;
  reader.pane.replaceChildren(
    articleBar(reader, article),
    el(
      "article", { class: "text", lang: "ar", dir: "rtl", tabindex: "-1", "aria-label": plain(article.title || t("untitled")) },
      title ? el("p", { class: "title" }, visible(title)) : null, paragraphs(reader, article, own),
    ),
    article.source ? el("p", { class: "soft small source" }, `${t("source")} `, el("bdi", { class: "path", dir: "ltr" }, visible(article.source))) : null,
  );
  one("[data-mark]", reader.pane)?.setAttribute("tabindex", "0");
}

function articleBar(reader, article) {
  const { hits, place } = reader;
  const order = [...new Set(hits.map((hit) => hit.article))];
  const at = order.indexOf(article);
  const toArticle = (index, name) => {
    const next = at < 0 ? undefined : order[index];
    if (!next) return el("span", { class: "soft", "aria-disabled": "true" }, t(name));
    const hit = hits.find((each) => each.article === next);
    return el("a", { href: addressOf({ ...place, open: next.id, at: hit.sentence.index }), "data-step": name }, t(name));
  };
  const back = el("a", { class: "back", href: addressOf({ ...place, open: null, at: null }) }, t("back_to_list"));
  const steps = el(
    "span", { class: "steps" }, toArticle(at - 1, "previous_article"),
    at < 0 ? null : el("span", { class: "soft" }, t("article_of", { n: counted(at + 1), m: counted(order.length) })),
    toArticle(at + 1, "next_article"),
  );
  return el("div", { class: "article-bar" }, back, el("p", { class: "from" }, outletAndDate(article)), steps);
}

/** Sentences between breaks of line, a paragraph each; what stands between sentences is shown too. */
function paragraphs(reader, article, own) {
  const made = [];
  let current = null;
  let end = 0;
  for (const sentence of article.sentences) {
    const between = article.text.slice(end, sentence.start);
    if (!current || between.includes("\n") || sentence.role !== current.role) {
      if (between.trim()) made.push(el("p", { class: "furniture" }, visible(between.trim())));
      current = { role: sentence.role, p: el("p", { class: ["title", null, "furniture"][sentence.role] }) };
      if (sentence.role === FURNITURE) current.p.title = t("furniture");
      made.push(current.p);
    } else {
      current.p.append(...visible(between || " "));
    }
    current.p.append(sentenceElement(reader, article, sentence, own.get(sentence.index)));
    end = sentence.end;
  }
  const rest = article.text.slice(end).trim();
  if (rest) made.push(el("p", { class: "furniture" }, visible(rest)));
  return made;
}

/** One sentence; `matching` are the mentions for which it fits the filters, undefined when it does not fit. */
function sentenceElement(reader, article, sentence, matching) {
  // of whole articles that were asked for every sentence fits, which says nothing
  const asked = [...OF_MENTION, "frame"].some((key) => reader.place.filters.has(key));
  const span = el("span", {
    class: `sentence${asked && matching ? " fits" : ""}`, "data-sentence": sentence.index,
    "aria-current": reader.place.at === sentence.index && reader.place.open === article.id ? "true" : null,
  });
  fillSentence(reader, article, sentence, span, null);
  return span;
}

/** Text, marks and chips of a sentence; with `chosen`, a mention or a frame, its words are shaded. */
function fillSentence(reader, article, sentence, span, chosen) {
  const weights = chosen ? weightsOf(reader, article, sentence, chosen) ?? [] : [];
  const nodes = [];
  let open = null;
  for (const { start, end, mention, weight } of piecesOf(sentence, sentence.mentions, weights)) {
    const text = visible(article.text.slice(start, end));
    const pieces = weight ? [el("span", { class: shade(weight.weight) }, text)] : text;
    if (!mention) {
      nodes.push(...pieces);
      open = null;
      continue;
    }
    if (open?.mention !== mention) {
      open = { mention, element: markOf(sentence, mention, chosen) };
      nodes.push(open.element);
    }
    open.element.append(...pieces);
    if (end === mention.end) nodes.push(tagOf(mention));
  }
  // targets that the sentence does not name
  for (const mention of sentence.mentions.filter((each) => each.start === each.end)) {
    const mark = markOf(sentence, mention, chosen);
    mark.append(isolated(named(mention.entry)));
    nodes.push(" ", mark, tagOf(mention));
  }
  const chips = sentence.frames.filter((frame) => frame.given || frame === chosen).map((frame) => frameChip(sentence, frame, chosen));
  if (chips.length) nodes.push(el("span", { class: "frames" }, chips));
  span.replaceChildren(...nodes);
}

function markOf(sentence, mention, chosen) {
  // whom the sentence names as holder of the chosen stance
  const holds = chosen?.holder && chosen.holder === mention.actor;
  return el("span", {
    class: `mark ${mention.stance}${mention.uncertain ? " unsure" : ""}${holds ? " holds" : ""}`, role: "button", tabindex: "-1",
    "aria-pressed": String(chosen === mention), "aria-describedby": "tip", "data-mark": `${sentence.index} m ${mention.index}`,
  });
}

const ARROWS = { favor: "▲\u00a0", against: "▼\u00a0" };

/** The stance and its holder behind an actor; neutral ones say it by their line alone. */
function tagOf(mention) {
  if (mention.stance === "neutral") return mention.uncertain ? el("span", { class: "tag neutral unsure", "aria-hidden": "true" }, t("legend_question")) : "";
  return el(
    "span", { class: `tag ${mention.stance}${mention.uncertain ? " unsure" : ""}`, lang: root.lang, dir: root.dir },
    // a letter, not a drawing: lines are not broken before it
    el("span", { "aria-hidden": "true" }, ARROWS[mention.stance]), el("span", { class: "sr" }, ` ${t(mention.stance)} `),
    mention.holderEntry ? el("span", {}, isolated(named(mention.holderEntry))) : null,
    mention.uncertain ? el("span", { class: "sr" }, ` ${t("uncertain")}`) : null,
    mention.uncertain ? el("span", { "aria-hidden": "true" }, t("legend_question")) : null,
  );
}

function frameChip(sentence, frame, chosen) {
  return el(
    "span", {
      class: `frame${frame.uncertain ? " unsure" : ""}`, role: "button", tabindex: "-1", lang: root.lang, dir: root.dir,
      "aria-pressed": String(chosen === frame), "aria-describedby": "tip", "data-mark": `${sentence.index} f ${frame.id}`,
    },
    isolated(named(frame.entry)), frame.uncertain ? t("legend_question") : null,
  );
}
