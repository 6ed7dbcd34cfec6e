// Suggestions below the search box while one types: a combobox with a list, driven by the keyboard.
//
// Vietnamese is often typed through an input method that composes a word before it is final. While
// it does, nothing is asked, shown or chosen: a list that opens then would disturb the composition.

const PAUSE = 120; // Milliseconds without a key before the server is asked.
const MOST = 8;

/** The letters without marks, for comparing; as many as there are in composed text. */
const bare = (text) =>
  text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();

/** Makes the search box of `form` suggest completions of what is typed. */
export function suggestAsTyped(form) {
  const input = form.querySelector("input[type=text]");
  const list = document.createElement("ul");
  const status = document.createElement("div");
  list.id = `${input.id}-suggestions`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.suggestions);
  list.lang = "vi";
  status.className = "unseen";
  status.setAttribute("role", "status");
  form.append(list, status);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);

  let typed = input.value; // What the person typed, as against what an arrow key put there.
  let chosen = -1;
  let composing = false;
  let timer = 0;
  let request = null;

  const options = () => [...list.children];

  function close() {
    clearTimeout(timer);
    request?.abort();
    list.hidden = true;
    list.replaceChildren();
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(wanted) {
    const all = options();
    all[chosen]?.setAttribute("aria-selected", "false");
    // One place more than there are suggestions: before the first comes what was typed.
    chosen = ((wanted + 1 + all.length + 1) % (all.length + 1)) - 1;
    const option = all[chosen];
    if (option) {
      option.setAttribute("aria-selected", "true");
      input.setAttribute("aria-activedescendant", option.id);
      input.value = option.dataset.text;
    } else {
      input.removeAttribute("aria-activedescendant");
      input.value = typed;
    }
  }

  function option(text, number) {
    const made = document.createElement("li");
    made.id = `${list.id}-${number}`;
    made.dataset.text = text;
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", "false");
    // What completes the typed text stands out; the rest is known already.
    const start = typed.trim();
    if (start && bare(text).length === text.length && bare(text).startsWith(bare(start))) {
      const rest = document.createElement("b");
      rest.textContent = text.slice(bare(start).length);
      made.append(text.slice(0, bare(start).length), rest);
    } else {
      made.textContent = text;
    }
    return made;
  }

  function show(suggestions) {
    close();
    const told = suggestions.filter((text) => text !== typed.trim()).slice(0, MOST);
    status.textContent = told.length
      ? form.dataset.some.replace("{n}", told.length)
      : form.dataset.none;
    if (!told.length) return;
    list.append(...told.map(option));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  }

  async function ask() {
    request?.abort();
    request = new AbortController();
    const asked = typed;
    try {
      const answer = await fetch(`/suggest?${new URLSearchParams({ q: asked, limit: MOST })}`, {
        signal: request.signal,
        headers: { accept: "application/json" },
      });
      if (!answer.ok) return;
      const { suggestions } = await answer.json();
      if (!composing && asked === typed && document.activeElement === input) show(suggestions);
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
    }
  }

  function changed() {
    typed = input.value;
    clearTimeout(timer);
    if (!typed.trim()) {
      close();
      status.textContent = "";
      return;
    }
    timer = setTimeout(ask, PAUSE);
  }

  input.addEventListener("compositionstart", () => {
    composing = true;
    close();
  });
  input.addEventListener("compositionend", () => {
    composing = false;
    changed();
  });
  input.addEventListener("input", (event) => {
    if (!composing && !event.isComposing) changed();
  });

  input.addEventListener("keydown", (event) => {
    // 229 is what browsers report for a key that the input method keeps for itself.
    if (composing || event.isComposing || event.keyCode === 229) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!list.hidden) choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
      else if (input.value.trim()) changed();
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      input.value = typed;
      close();
    } else if (event.key === "Enter" || event.key === "Tab") {
      close();
    }
  });

  list.addEventListener("pointerdown", (event) => event.preventDefault()); // Keeps the cursor.
  list.addEventListener("click", (event) => {
    const text = event.target.closest("[role=option]")?.dataset.text;
    if (!text) return;
    input.value = text;
    close();
    form.requestSubmit();
  });
  input.addEventListener("blur", close);
  // A page that the back button brings back shows what was searched, without an open list.
  addEventListener("pageshow", close);
}
