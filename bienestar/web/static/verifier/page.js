// The verifier's page: ways in, one answer, and the state of the lists.
import { clear, show } from "./answer.js";
import { canVerify } from "./ed25519.js";
import { Lists } from "./lists.js";
import { Scanner } from "./scanner.js";
import { read } from "./tokens.js";
import { keepPage, onNewVersion } from "./worker.js";

const SKEW = 300; // seconds that a clock may be wrong, as `bienestar cards verify` allows
const RENEW = 3600_000; // milliseconds after which the lists are brought again
const REFUSALS = { NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "none", OverconstrainedError: "none", NotReadableError: "busy" };

const main = document.getElementById("main");
const words = JSON.parse(main.dataset.words);
const language = document.documentElement.lang;
const at = (id) => document.getElementById(id);
const [answer, field, told] = [at("answer"), at("text"), at("told")];
const lists = new Lists({ keys: main.dataset.keys, statuses: main.dataset.statuses });
const scanner = main.dataset.scanner ? new Scanner(main.dataset.scanner) : null;
const now = () => Math.floor(Date.now() / 1000);

const opened = lists.open().then(tellLists);
let card = null; // the one being checked or on the screen: here and nowhere else
let updating = false; // somebody asked for newer lists and waits

async function judge(text) {
  empty();
  const asked = (card = { text, shown: "" });
  await opened;
  if (!lists.keys) await lists.bring().then(tellLists);
  await answerTo(asked);
  if (asked !== card) return;
  answer.scrollIntoView({ block: "nearest" });
  tellLists();
}

// Answers for a card, unless another has taken its place meanwhile. Asked again when newer lists have come: no answer
// of older ones stays on the screen, and one that stays the same is not read out twice.
async function answerTo(asked) {
  // No verdict is better than a wrong one.
  const able = await canVerify();
  const reading = able && lists.keys ? await readWithNewest(asked.text) : null;
  if (asked !== card) return;
  if (!able) told.textContent = globalThis.isSecureContext ? words.lists.cannot_check : words.lists.insecure;
  else if (!reading) told.textContent = words.lists.none;
  else showOnce(asked, reading);
}

async function readWithNewest(text) {
  for (;;) {
    const { keys, statuses } = lists;
    const reading = await read(text, keys, statuses, now(), SKEW);
    if (keys === lists.keys && statuses === lists.statuses) return reading;
  }
}

function showOnce(asked, reading) {
  const { verdict, reason, doubts } = reading;
  const shown = [verdict, reason, ...doubts].join(" ");
  if (shown === asked.shown) return;
  asked.shown = shown;
  const focused = answer.contains(document.activeElement);
  told.textContent = "";
  show(answer, reading, words, language);
  if (focused) answer.querySelector("h2").focus();
  at("after").hidden = false;
}

// Takes the last card off the screen.
function empty() {
  card = null;
  clear(answer);
  at("after").hidden = true;
  told.textContent = "";
}

function tellLists() {
  const { sentences, stale } = lists.tell(now(), words, language);
  const said = navigator.onLine ? sentences : [...sentences, words.lists.offline];
  at("lists").textContent = updating ? words.lists.updating : said.join(" ");
  at("lists").toggleAttribute("data-stale", stale);
}

let renewed = 0;

// The page says that the lists are new when the card on the screen has been checked with them.
async function renew() {
  if (!navigator.onLine) {
    updating = false;
    return tellLists();
  }
  renewed = Date.now();
  const brought = await lists.bring();
  if (card) await answerTo(card);
  updating = false;
  tellLists();
  if (!brought) at("lists").textContent += ` ${words.lists.failed}`;
}

// Ways in: a code reader types the text and Enter, as a person who pastes does.
at("typed").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = field.value;
  field.value = "";
  await judge(text);
  field.focus();
});

at("clear").addEventListener("click", () => {
  empty();
  begin();
});

function begin() {
  const typing = !scanner || matchMedia("(pointer: fine)").matches; // on a phone a field opens the keyboard
  (typing ? field : at("camera")).focus();
}

async function useCamera() {
  empty();
  told.textContent = words.scanner.looking;
  at("viewfinder").hidden = false;
  at("stop").focus();
  try {
    const text = await scanner.look(at("video"));
    told.textContent = "";
    if (text !== null) await judge(text);
  } catch (error) {
    told.textContent = refusal(error);
  }
  at("viewfinder").hidden = true;
  const heading = answer.querySelector("h2");
  (heading ?? at("camera")).focus();
}

function refusal(error) {
  if (error.message === "no_library") return words.scanner.no_library;
  const known = words.scanner[REFUSALS[error.name]];
  return known ?? words.scanner.failed.replace("{why}", error.name);
}

async function usePicture(file) {
  if (!file) return;
  empty();
  told.textContent = words.scanner.reading;
  try {
    const text = await scanner.readFile(file);
    if (text === null) told.textContent = words.scanner.no_code;
    else await judge(text);
  } catch (error) {
    told.textContent = words.scanner[error.message] ?? refusal(error);
  }
}

if (scanner) {
  at("camera").addEventListener("click", useCamera);
  at("stop").addEventListener("click", () => scanner.stop());
  at("picture").addEventListener("change", (event) => {
    usePicture(event.target.files[0]);
    event.target.value = "";
  });
}

at("update").addEventListener("click", () => {
  updating = true;
  tellLists();
  renew();
});
addEventListener("online", renew);
addEventListener("offline", tellLists);
// A device that slept has not counted the hours.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  if (Date.now() - renewed > RENEW) renew();
  else tellLists();
});
setInterval(renew, RENEW);
if (matchMedia("(pointer: fine)").matches) begin();

// A newer version takes the screen when nobody is reading an answer.
onNewVersion(() => {
  const idle = () => !answer.children.length && !field.value && !scanner?.stream;
  const change = () => idle() && location.reload();
  change();
  setInterval(change, 5000);
});
await opened;
await lists.remember(language);
await renew();
await keepPage(main.dataset.worker, Boolean(scanner), (code) => {
  at("kept").textContent = words.lists[code];
  at("kept").dataset.kept = code;
});
