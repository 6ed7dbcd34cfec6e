// Keys that lead to the search box: / anywhere outside a field, Ctrl+K (or ⌘K) everywhere.

const typing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

/** Makes the keys put the cursor into `input`, with what stands there selected. */
export function focusByKeys(input) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    const slash =
      event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target);
    const ctrlK =
      event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (slash || ctrlK) {
      event.preventDefault();
      input.focus();
      input.select();
    }
  });
}
