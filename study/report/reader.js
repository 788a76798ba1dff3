// The page as a whole: figures or reader, whichever the address asks for.

const reader = {
  box: one("#reader"),
  heading: one("#reader-title"),
  form: one("#filters"),
  chips: one("#chosen"),
  status: one("#status"),
  list: one("#hits"),
  empty: one("#empty"),
  pager: one("#pager"),
  pane: one("#pane"),
  why: el("div", { class: "why-card", role: "group", "data-why": true }),
  tip: one("#tip"),
  sampled: one("#reader").dataset.sampled === "true",
  data: null, options: null, place: null, hits: [], article: null, chosen: null,
};
let unpacking = null;

/** Unpack the articles when they are first asked for. */
async function loadReader() {
  if (reader.data) return true;
  reader.status.textContent = t("loading");
  try {
    unpacking ??= unpack();
    reader.data = await unpacking;
  } catch {
    reader.status.textContent = t("cannot");
    reader.box.classList.add("broken");
    return false;
  }
  reader.options = optionsOf(reader.data);
  makeFilters(reader);
  startMarks(reader);
  return true;
}

/** Show what the address names; `scroll` is where it was left, undefined when one comes there anew. */
async function show(scroll) {
  const place = placeOf(location.hash);
  const former = reader.place;
  reader.place = place.view === "reader" ? place : null;
  const entering = place.view === "reader" && former === null;
  one("#figures").hidden = place.view === "reader";
  one("#reader").classList.toggle("closed", place.view !== "reader");
  root.classList.toggle("reading", place.view === "reader");
  markContents(place.view === "reader" ? "reader" : place.anchor);
  if (place.view === "figures") {
    showFigures(place.anchor, scroll);
    return;
  }
  if (!(await loadReader()) || reader.place !== place) return;
  const asked = addressOf({ filters: place.filters });
  if (reader.asked !== asked) reader.hits = search(reader.data, place.filters);
  const renewed = reader.asked !== asked || former?.page !== place.page || reader.hitsIn !== root.lang;
  reader.asked = asked;
  reader.hitsIn = root.lang;
  setFilters(reader);
  if (renewed) showList(reader);
  showArticle(reader);
  markHit();
  settle(place, former, entering, scroll);
}

/** Where the page is scrolled to and what has the focus, after the reader has changed. */
function settle(place, former, entering, scroll) {
  if (scroll !== undefined) window.scrollTo(0, scroll);
  else if (place.open !== null) {
    const sentence = one('.sentence[aria-current="true"]', reader.pane);
    one("article", reader.pane)?.focus({ preventScroll: true });
    (sentence ?? reader.pane).scrollIntoView({ block: "center" });
  } else if (entering) {
    window.scrollTo(0, 0);
    reader.heading.focus({ preventScroll: true });
  } else if (former && former.page !== place.page) {
    reader.list.scrollIntoView({ block: "start" });
    one("a", reader.list)?.focus({ preventScroll: true });
  }
  if (former?.open && place.open === null) one(`[data-hit^="${reader.data.byId.get(former.open)?.index} "]`, reader.list)?.focus({ preventScroll: true });
}

function showFigures(anchor, scroll) {
  if (scroll !== undefined) window.scrollTo(0, scroll);
  else if (anchor) document.getElementById(decodeURIComponent(anchor))?.scrollIntoView();
  else window.scrollTo(0, 0);
}

/** The sentence of the list whose article is open. */
function markHit() {
  const { open, at } = reader.place;
  const wanted = open === null ? null : `${reader.data.byId.get(open)?.index} ${at}`;
  for (const hit of all(".hit", reader.list)) {
    if (hit.dataset.hit === wanted) hit.setAttribute("aria-current", "true");
    else hit.removeAttribute("aria-current");
  }
}

function markContents(name) {
  for (const link of all(".contents a")) {
    if (link.dataset.section === name) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** The part of the figures that is on the screen is marked in the contents. */
function watchSections() {
  const seen = new Map();
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) seen.set(entry.target.id, entry.isIntersecting);
    if (reader.place) return;
    const first = all("#figures > section").find((section) => seen.get(section.id));
    if (first) markContents(first.id);
  }, { rootMargin: "-20% 0px -60% 0px" });
  for (const section of all("#figures > section")) observer.observe(section);
}

onLanguage.push(() => {
  if (!reader.data || !reader.place) {
    if (reader.data) makeFilters(reader);
    return;
  }
  makeFilters(reader);
  setFilters(reader);
  showList(reader);
  showArticle(reader);
  markHit();
});

function start() {
  history.scrollRestoration = "manual";
  startSwitches();
  if (window.matchMedia("(max-width: 60rem)").matches) one("#filter-box").open = false;
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) keepScroll();
  });
  window.addEventListener("popstate", (event) => show(event.state?.scroll));
  watchSections();
  show(history.state?.scroll);
}

start();
