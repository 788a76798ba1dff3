// The two switches of the head, and the places where one of several blocks is chosen.

/** Called when the language has changed, by parts that wrote words into the page. */
const onLanguage = [];

/** Attributes and options cannot hold both languages: they are written anew. */
function setLanguage(language) {
  root.lang = language;
  root.dir = language === "ar" ? "rtl" : "ltr";
  for (const element of all("[data-label-en]")) {
    element.setAttribute("aria-label", element.dataset[language === "ar" ? "labelAr" : "labelEn"]);
  }
  for (const option of all("option[data-en]")) option.textContent = option.dataset[language];
  for (const button of all("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
  for (const changed of onLanguage) changed();
}

/** Light, dark, or as the system has it. */
function setTheme(theme) {
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
  for (const button of all("[data-set-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset.setTheme === theme));
  }
}

/** A select above blocks of which one is shown: an outlet's matrix, a pair of outlets. */
function addChooser(choices) {
  const blocks = all(":scope > .choice", choices);
  if (blocks.length < 2) return;
  const select = el("select");
  for (const each of blocks) {
    const option = el("option", { value: each.id, "data-en": each.dataset.en, "data-ar": each.dataset.ar });
    select.append(option);
  }
  const label = el("label", { class: "chooser" }, el("span", { "data-l": "en" }, words.choose[0]), el("span", { "data-l": "ar" }, words.choose[1]), select);
  const show = () => {
    for (const each of blocks) each.hidden = each.id !== select.value;
  };
  select.addEventListener("change", show);
  choices.prepend(label);
  show();
}

function startSwitches() {
  root.classList.add("scripted");
  for (const choices of all(".choices")) addChooser(choices);
  for (const button of all("[data-language]")) {
    button.addEventListener("click", () => setLanguage(button.dataset.language));
  }
  for (const button of all("[data-set-theme]")) {
    button.addEventListener("click", () => {
      setTheme(button.dataset.setTheme);
      kept.set("theme", button.dataset.setTheme);
    });
  }
  setLanguage(root.lang);
  const theme = kept.get("theme");
  setTheme(["light", "dark"].includes(theme) ? theme : "auto");
}
