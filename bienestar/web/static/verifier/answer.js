// Puts a judgement on the screen. Only text is written, never markup: a token is a stranger's word.
import { spoken } from "./claims.js";
import { day } from "./lists.js";

/** Show a reading as tokens.read gives it, in the box. */
export function show(box, reading, words, language) {
  const { verdict, reason, claims, doubts } = reading;
  const [title, sentence] = words.verdicts[verdict];
  box.dataset.verdict = verdict;
  box.dataset.reason = reason;
  const heading = part("h2", "");
  heading.tabIndex = -1;
  heading.append(icon(verdict), part("span", title));
  const parts = [heading, part("p", words.attend, "attend"), part("p", words.reasons[reason] ?? sentence)];
  if (claims) parts.push(facts(claims, words, language));
  if (doubts.length) parts.push(cautions(doubts, words));
  box.replaceChildren(...parts);
}

/** Take everything of the last card off the screen. */
export function clear(box) {
  box.replaceChildren();
  delete box.dataset.verdict;
  delete box.dataset.reason;
}

function facts(claims, words, language) {
  const list = part("dl", "", "summary");
  const rows = [
    [words.folio, spoken(claims.folio), "folio"],
    [words.name, claims.fullName ?? words.no_name, "full-name"],
    [words.valid_from, day(claims.starts, words.zone, language), "starts"],
    // The claim is the first second that no longer counts.
    [words.valid_to, day(Number(claims.expires) - 1, words.zone, language), "ends"],
  ];
  for (const [term, value, name] of rows) {
    const row = document.createElement("div");
    row.append(part("dt", term), part("dd", value, name));
    list.append(row);
  }
  return list;
}

function cautions(doubts, words) {
  const list = part("ul", "", "cautions");
  list.append(...doubts.map((doubt) => part("li", words.doubts[doubt])));
  return list;
}

function icon(verdict) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#icon-${verdict}`);
  svg.append(use);
  return svg;
}

function part(tag, text, name) {
  const element = document.createElement(tag);
  element.textContent = text;
  if (name) element.className = name;
  return element;
}
