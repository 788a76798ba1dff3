// Where the reader of the page is: everything is in the address, so that back, forward and bookmarks work.

/** The place that an address names: figures, or the reader with filters, an open article and a page of the list. */
function placeOf(hash) {
  if (!/^#reader(\?|$)/.test(hash)) return { view: "figures", anchor: hash.slice(1) };
  const parameters = new URLSearchParams(hash.slice("#reader".length));
  return {
    view: "reader",
    filters: filtersOf(parameters),
    open: parameters.get("open"),
    at: parameters.has("at") ? Number(parameters.get("at")) : null,
    page: Math.max(1, Number(parameters.get("page")) || 1),
  };
}

/** The address of a place in the reader. */
function addressOf({ filters, open = null, at = null, page = 1 }) {
  const pairs = [];
  for (const key of KEYS) for (const value of filters.get(key) ?? []) pairs.push([key, value]);
  if (page > 1) pairs.push(["page", page]);
  if (open !== null) pairs.push(["open", open]);
  if (at !== null) pairs.push(["at", at]);
  return `#reader?${pairs.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&")}`;
}

/** Filters with one key set to values, or without it. */
function withFilter(filters, key, values) {
  const changed = new Map(filters);
  if (values.length) changed.set(key, values);
  else changed.delete(key);
  return changed;
}

/** What has to be known of a place when one comes back to it: how far it was scrolled. */
function keepScroll() {
  try { history.replaceState({ scroll: window.scrollY }, ""); } catch { /* a page from disk may not be allowed to */ }
}

/** Go somewhere, as a link would. */
function go(address) {
  keepScroll();
  location.hash = address;
}
