// Judges the text of a card's QR code, as bienestar/calculations/cards/tokens.py: the same bytes get the same verdict.
import * as base45 from "./base45.js";
import { Refused, decode } from "./cbor.js";
import { fromMap } from "./claims.js";
import { TYP, faultOf, keyFault, opened } from "./cose.js";
import { inflate } from "./inflate.js";

const MAX_TEXT = 4296;
const MAX_COSE = 4096;

/**
 * Judge a text. `keys` as fromKeySet gives them, `list` a StatusList or null, `now` in seconds, which may be wrong by
 * `skew` seconds either way. Gives {verdict, reason, claims, kid, listAge, doubts}; claims only where the signature
 * was checked. Where several things hold, the first of revoked, not yet valid, expired is the verdict.
 */
export async function read(text, keys, list, now, skew = 0) {
  let envelope;
  try {
    envelope = opened(await unwrapped(text));
  } catch (error) {
    return told("unreadable", reasonOf(error));
  }
  const { kid } = envelope;
  const fault = await faultOf(envelope, keys);
  if (fault) return told(fault === "unknown_key" ? "unknown_key" : "tampered", fault, { kid });
  let claims;
  try {
    if (envelope.header.has(TYP)) throw new Refused("not_a_card");
    claims = fromMap(decode(envelope.payload));
  } catch (error) {
    return told("unreadable", reasonOf(error), { kid });
  }
  return judged(claims, keys.get(kid), list, now, skew);
}

const told = (verdict, reason, more = {}) => ({
  verdict, reason, claims: null, kid: null, listAge: null, doubts: [], ...more,
});

function judged(claims, key, list, now, skew) {
  const fault = keyFault(key, claims.issued);
  if (fault) return told("unknown_key", fault, { kid: key.kid });
  const status = statusOf(claims, list, now);
  const doubts = key.compromisedFrom === null ? status.doubts : ["key_compromised_later", ...status.doubts];
  const more = { claims, kid: key.kid, listAge: status.age, doubts };
  if (status.revoked) return told("revoked", status.revoked, more);
  if (claims.starts > now + skew) return told("not_yet_valid", "future", more);
  if (claims.expires <= now - skew) return told("expired", "expired", more);
  return told("valid", "ok", more);
}

function statusOf(claims, list, now) {
  if (!list || !claims.status || claims.status.uri !== list.uri) {
    return { age: null, revoked: null, doubts: ["no_list"] };
  }
  const doubts = list.stale(now) ? ["stale_list"] : [];
  const newer = claims.issued > list.issued;
  if (newer) doubts.push("newer_than_list");
  const status = list.status(claims.status.index);
  // A list grows: a card made after it is not on it yet. One that a later list does not know is not to be trusted.
  const outside = newer ? null : "outside_list";
  const revoked = status === null ? outside : status ? "revoked" : null;
  return { age: list.age(now), revoked, doubts };
}

// The COSE bytes of a text; line breaks and tabs of a pasted text are dropped.
async function unwrapped(text) {
  if (text.length > 2 * MAX_TEXT) throw new Refused("too_long");
  const clean = text.replace(/[\t\n\r]/g, "").replace(/^ +| +$/g, "");
  if (!clean) throw new Refused("empty");
  if (clean.length > MAX_TEXT) throw new Refused("too_long");
  const packed = base45.decode(clean);
  if (!packed) throw new Refused("not_base45");
  return inflate(packed, MAX_COSE);
}

function reasonOf(error) {
  if (error instanceof Refused) return error.reason;
  throw error;
}
