// Stepping through the matches of a document, by buttons and by the keys n and p.

/** Puts buttons and a counter into `bar`, in place of the link that works without scripts. */
export function stepThroughMatches(bar) {
  const count = Number(bar.dataset.count);
  if (!count) return;
  const match = (number) => document.getElementById(`m${number}`);
  let at = 0;

  const counter = bar.querySelector("span");
  counter.setAttribute("role", "status");
  const button = (sign, label, step) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = sign;
    made.title = bar.dataset.keys;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", () => go(at + step));
    return made;
  };
  bar.querySelector("a")?.remove();
  counter.after(
    button("↑", bar.dataset.previous, -1),
    button("↓", bar.dataset.next, 1),
  );

  function go(wanted) {
    match(at)?.classList.remove("current");
    at = wanted < 1 ? count : wanted > count ? 1 : wanted;
    const element = match(at);
    element.classList.add("current");
    element.scrollIntoView({ block: "center" });
    counter.textContent = bar.dataset.at.replace("{at}", at).replace("{n}", count);
    // The address follows, without a step in the history for each match.
    history.replaceState(history.state, "", `#m${at}`);
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) return;
    if (event.key === "n") go(at + 1);
    if (event.key === "p") go(at - 1);
  });

  const start = /^#m([0-9]+)$/.exec(location.hash);
  if (start && match(Number(start[1]))) go(Number(start[1]));
}
