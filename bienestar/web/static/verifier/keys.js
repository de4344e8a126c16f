// The public keys that verifiers carry (COSE_KeySet), as bienestar/calculations/cards/keys.py.
import { Refused, decode, isInt } from "./cbor.js";
import { hex } from "./cose.js";

const KTY = 1;
const KID = 2;
const CRV = -1;
const X = -2;
const PRIVATE = -4;
const OKP = 1;
const ED25519 = 6;
const ITEMS = 10000;

/** The keys of a set by id; keys of another kind are passed over, a private one refuses the set. Throws Refused. */
export function fromKeySet(bytes) {
  const found = decode(bytes, ITEMS);
  if (!Array.isArray(found) || !found.every((one) => one instanceof Map)) throw new Refused("not_keys");
  if (found.some((one) => one.has(PRIVATE))) throw new Refused("private_key");
  const keys = new Map();
  for (const one of found) {
    if (one.get(KTY) !== OKP || one.get(CRV) !== ED25519) continue;
    const key = record(one);
    if (keys.has(key.kid)) throw new Refused("not_keys");
    keys.set(key.kid, key);
  }
  return keys;
}

function record(one) {
  const kid = one.get(KID);
  const point = one.get(X);
  const since = one.has("valid_from") ? one.get("valid_from") : 0;
  const ends = [one.get("retired_on") ?? null, one.get("compromised_from") ?? null];
  const bytes = kid instanceof Uint8Array && kid.length >= 1 && kid.length <= 16;
  if (!bytes || !(point instanceof Uint8Array) || point.length !== 32) throw new Refused("not_keys");
  if (!isInt(since) || !ends.every((date) => date === null || isInt(date))) throw new Refused("not_keys");
  return { kid: hex(kid), public: point, validFrom: since, retiredOn: ends[0], compromisedFrom: ends[1] };
}
