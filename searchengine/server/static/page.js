// What the scripts add to a page that works without them: each part in its own module.

import { focusByKeys } from "./keys.js";
import { stepThroughMatches } from "./matches.js";
import { suggestAsTyped } from "./suggest.js";

document.documentElement.classList.add("scripted");

for (const form of document.querySelectorAll("form.search")) {
  suggestAsTyped(form);
  focusByKeys(form.querySelector("input[type=text]"));
}

const matches = document.querySelector(".matches");
if (matches) stepThroughMatches(matches);
