// COSE_Sign1 with Ed25519, as bienestar/calculations/cards/cose.py.
import { Refused, Tagged, decode } from "./cbor.js";
import { verifies } from "./ed25519.js";

const ALG = 1;
const CRIT = 2;
const KID = 4;
export const TYP = 16;
const SIGN1 = 18;
const CWT = 61;
export const EDDSA = -8;
const SIGNATURE_BYTES = 64;

/** The bytes of a key id as text, by which keys are kept. */
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Take a COSE_Sign1 apart; nothing in it may be believed before `faultOf` finds nothing. Throws Refused. */
export function opened(bytes) {
  let value = decode(bytes);
  for (const tag of [CWT, SIGN1]) {
    if (value instanceof Tagged && value.tag === tag) value = value.value;
  }
  if (!Array.isArray(value) || value.length !== 4) throw new Refused("not_sign1");
  const [held, loose, payload, signature] = value;
  const whole = [held, payload, signature].every((part) => part instanceof Uint8Array) && loose instanceof Map;
  if (!whole) throw new Refused("not_sign1");
  const header = held.length ? decode(held) : new Map();
  if (!(header instanceof Map) || header.has(CRIT) || loose.has(CRIT)) throw new Refused("not_sign1");
  const ids = [header, loose].filter((one) => one.has(KID)).map((one) => one.get(KID));
  if (!ids.length || !ids.every((one) => one instanceof Uint8Array) || new Set(ids.map(hex)).size !== 1) {
    throw new Refused("no_key_id");
  }
  return { kid: hex(ids[0]), header, payload, signature, signed: toBeSigned(held, payload) };
}

/** What is wrong with the signature, or null when it is the key's. */
export async function faultOf(envelope, keys) {
  if (envelope.header.get(ALG) !== EDDSA) return "wrong_algorithm";
  const key = keys.get(envelope.kid);
  if (!key) return "unknown_key";
  const right = envelope.signature.length === SIGNATURE_BYTES;
  return right && (await verifies(key.public, envelope.signature, envelope.signed)) ? null : "bad_signature";
}

/** Why a key's signature of that moment does not count, or null. */
export function keyFault(key, issued) {
  if (key.compromisedFrom !== null && issued >= key.compromisedFrom) return "key_compromised";
  if (issued < key.validFrom) return "key_not_yet";
  if (key.retiredOn !== null && issued >= key.retiredOn) return "key_retired";
  return null;
}

// Sig_structure: context, protected header, no external data, payload.
function toBeSigned(held, payload) {
  const context = [0x84, 0x6a, ...new TextEncoder().encode("Signature1")];
  const parts = [context, head(held.length), held, [0x40], head(payload.length), payload];
  const found = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    found.set(part, at);
    at += part.length;
  }
  return found;
}

// What CBOR puts before a byte string.
function head(length) {
  if (length < 24) return [0x40 | length];
  if (length < 2 ** 8) return [0x58, length];
  if (length < 2 ** 16) return [0x59, length >> 8, length & 255];
  return [0x5a, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255];
}
