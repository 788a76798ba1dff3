// The articles of the reader, unpacked once, and which of their sentences fit a link.

/** Keys of a link that ask about one and the same mention of a sentence. */
const OF_MENTION = ["actor", "stance", "voice", "holder"];
const KEYS = ["outlet", ...OF_MENTION, "frame", "event", "from", "to", "article"];
const FURNITURE = 2;

/** The articles and the lists that they point into, with names for what the packed form has by position. */
async function unpack() {
  const bytes = Uint8Array.from(atob(document.getElementById("articles").textContent.trim()), (each) => each.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const data = await new Response(stream).json();
  data.articles = data.articles.map(([id, outlet, date, event, title, source, text, sentences], index) => ({
    index, id, date, title, source, text,
    outlet: outlet < 0 ? "" : data.outlets[outlet],
    event: event < 0 ? "" : data.events[event][0],
    sentences: sentences.map((each, place) => sentenceOf(data, each, place)),
  }));
  data.byId = new Map(data.articles.map((article) => [article.id, article]));
  data.why = block("why");
  return data;
}

function sentenceOf(data, [start, end, role, mentions, frames], index) {
  return {
    index, start, end, role,
    mentions: mentions.map((each, place) => mentionOf(data, each, place)),
    frames: frames.map(([frame, score, given, uncertain]) => ({
      entry: data.frames[frame], id: data.frames[frame][0], score, given: given === 1, uncertain: uncertain === 1,
    })),
  };
}

function mentionOf(data, [actor, start, end, stance, holder, scores, holderScore, uncertain], index) {
  const held = holder < 0 ? "" : data.holders[holder][0];
  return {
    index, start, end, scores, holderScore,
    actor: data.actors[actor][0],
    entry: data.actors[actor],
    stance: data.stances[stance],
    holder: held,
    holderEntry: holder < 0 ? null : data.holders[holder],
    voice: held === "" ? "" : held === "author" ? "own" : "quoted",
    uncertain: uncertain === 1,
  };
}

/** Filters of a link: values by key, an empty value asks for what has none. */
function filtersOf(parameters) {
  const filters = new Map();
  for (const key of KEYS) {
    if (parameters.has(key)) filters.set(key, [...new Set(parameters.getAll(key))]);
  }
  return filters;
}

const fits = (filters, key, value) => !filters.has(key) || filters.get(key).includes(value);

function articleFits(filters, article) {
  return fits(filters, "outlet", article.outlet) && fits(filters, "event", article.event) && fits(filters, "article", article.id)
    && dateFits(filters, article.date);
}

/** Dates as far as they are given: `to=2022-03` is to the end of March. */
function dateFits(filters, date) {
  const from = filters.get("from")?.[0];
  const to = filters.get("to")?.[0];
  if (from === undefined && to === undefined) return true;
  if (!date) return !from && !to;
  if (from === "" || to === "") return false;
  return (from === undefined || date.slice(0, from.length) >= from) && (to === undefined || date.slice(0, to.length) <= to);
}

function framesFit(filters, sentence) {
  if (!filters.has("frame")) return true;
  const given = new Set(sentence.frames.filter((frame) => frame.given).map((frame) => frame.id));
  return filters.get("frame").every((frame) => (frame === "" ? given.size === 0 : given.has(frame)));
}

/** Mentions of a sentence that fit; null when the sentence does not. */
function matchingMentions(filters, sentence) {
  if (sentence.role === FURNITURE || !framesFit(filters, sentence)) return null;
  if (!OF_MENTION.some((key) => filters.has(key))) return [];
  const found = sentence.mentions.filter((mention) => OF_MENTION.every((key) => fits(filters, key, mention[key])));
  return found.length ? found : null;
}

/** Sentences that fit, in the order of the articles. */
function search(data, filters) {
  const hits = [];
  for (const article of data.articles) {
    if (!articleFits(filters, article)) continue;
    for (const sentence of article.sentences) {
      const mentions = matchingMentions(filters, sentence);
      if (mentions) hits.push({ article, sentence, mentions: new Set(mentions) });
    }
  }
  return hits;
}
