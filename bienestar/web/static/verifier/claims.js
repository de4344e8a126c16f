// What a card's token says, as bienestar/calculations/cards/claims.py and folio.py.
import { Refused, isInt } from "./cbor.js";

const [ISSUER, SUBJECT, EXPIRES, NOT_BEFORE, ISSUED, IDENTITY, STATUS] = [1, 2, 4, 5, 6, 169, 65535];
const FULL_NAME = 4;
const STATUS_LIST = "status_list";
const ISSUER_FORM = /^[a-z0-9][a-z0-9.:/-]{0,39}$/;
const URI_FORM = /^[a-z][a-z0-9+.-]*:[a-z0-9][a-z0-9.:/_-]{0,58}$/;
const NAME_FORM = /^[\p{L}\p{M} '’ʼꞌ.·-]+$/u;
const NAME_BYTES = 60;
const LAST_SECOND = 2 ** 40;
const FOLIO_FORM = /^[0-9]{15}$/;
const STATES = 99; // INEGI has 1 to 32; invented states of demonstrations and tests have others

/** The claims of a token whose signature was checked. Throws Refused("not_a_card"). */
export function fromMap(found) {
  need(found instanceof Map);
  const [issuer, folio, issued, expires] = [ISSUER, SUBJECT, ISSUED, EXPIRES].map((number) => found.get(number));
  const notBefore = found.get(NOT_BEFORE) ?? null;
  need(typeof issuer === "string" && typeof folio === "string" && isInt(issued) && isInt(expires));
  need(notBefore === null || isInt(notBefore));
  const status = statusOf(found.get(STATUS) ?? null);
  const fullName = nameOf(found.get(IDENTITY) ?? null);
  const starts = notBefore === null ? issued : notBefore;
  need(ISSUER_FORM.test(issuer) && isFolio(folio));
  need(issued >= 0 && issued <= starts && starts < expires && expires < LAST_SECOND);
  need(fullName === null || isCardName(fullName));
  return { issuer, folio, issued, starts, expires, status, fullName };
}

/** Whether a text is exactly the fifteen digits of a folio: ISO 7064 MOD 11,10, of a state that there is. */
export function isFolio(text) {
  if (!FOLIO_FORM.test(text)) return false;
  let check = 5;
  for (const digit of text) check = ((((check || 10) * 2) % 11) + Number(digit)) % 10;
  const state = Number(text.slice(0, 2));
  return check === 1 && state >= 1 && state <= STATES;
}

/** The folio in groups for reading aloud. */
export const spoken = (folio) =>
  [folio.slice(0, 2), folio.slice(2, 6), folio.slice(6, 10), folio.slice(10, 14), folio.slice(14)].join(" ");

function isCardName(name) {
  const edges = !name.startsWith(" ") && !name.endsWith(" ");
  const short = new TextEncoder().encode(name).length <= NAME_BYTES;
  return edges && short && NAME_FORM.test(name) && name === name.normalize("NFC");
}

function nameOf(identity) {
  if (identity === null) return null;
  need(identity instanceof Map);
  const name = identity.has(FULL_NAME) ? identity.get(FULL_NAME) : "";
  need(typeof name === "string");
  return name || null;
}

function statusOf(status) {
  if (status === null) return null;
  need(status instanceof Map);
  if (!status.has(STATUS_LIST)) return null;
  const listed = status.get(STATUS_LIST);
  need(listed instanceof Map);
  const [index, uri] = [listed.get("idx"), listed.get("uri")];
  need(isInt(index) && typeof uri === "string");
  need(index >= 0 && index < 2 ** 32 && URI_FORM.test(uri));
  return { index, uri };
}

function need(kept) {
  if (!kept) throw new Refused("not_a_card");
}
