// The list of revoked cards (IETF Token Status List, CWT), as bienestar/calculations/cards/statuslist.py.
import { Refused, decode, isInt } from "./cbor.js";
import { TYP, faultOf, keyFault, opened } from "./cose.js";
import { inflate } from "./inflate.js";

const TYPE = "application/statuslist+cwt";
const SUBJECT = 2;
const EXPIRES = 4;
const ISSUED = 6;
const LIST = 65533;
const TTL = 65534;
const MAX_SIGNED = 8 * 2 ** 20;
const MAX_BITS = 32 * 2 ** 20;

/** A list whose signature was checked. */
class StatusList {
  constructor(fields) {
    Object.assign(this, fields);
  }

  /** 0 valid, 1 revoked, other numbers as registered; null outside the list. */
  status(index) {
    const place = index * this.bits;
    if (index < 0 || index >= Math.floor((this.packed.length * 8) / this.bits)) return null;
    return (this.packed[Math.floor(place / 8)] >> (place % 8)) & ((1 << this.bits) - 1);
  }

  age(now) {
    return Math.max(0, now - Number(this.issued));
  }

  stale(now) {
    const pastTtl = this.ttl !== null && this.age(now) > this.ttl;
    return pastTtl || (this.expires !== null && now >= this.expires);
  }
}

/** The list, once its signature is that of a key in use when it was made. Throws Refused. */
export async function parse(bytes, keys) {
  if (bytes.length > MAX_SIGNED) throw new Refused("too_long");
  const envelope = opened(bytes);
  const fault = await faultOf(envelope, keys);
  if (fault) throw new Refused(fault);
  if (envelope.header.get(TYP) !== TYPE) throw new Refused("not_a_list");
  const found = await listOf(decode(envelope.payload));
  const late = keyFault(keys.get(envelope.kid), found.issued);
  if (late) throw new Refused(late);
  return found;
}

async function listOf(claims) {
  const listed = claims instanceof Map ? claims.get(LIST) : null;
  if (!(listed instanceof Map)) throw new Refused("not_a_list");
  const [uri, issued, bits, packed] = [claims.get(SUBJECT), claims.get(ISSUED), listed.get("bits"), listed.get("lst")];
  const [ttl, expires] = [claims.get(TTL) ?? null, claims.get(EXPIRES) ?? null];
  const dated = isInt(issued) && [ttl, expires].every((one) => one === null || isInt(one));
  const whole = dated && [1, 2, 4, 8].includes(bits) && typeof uri === "string" && packed instanceof Uint8Array;
  if (!whole) throw new Refused("not_a_list");
  return new StatusList({ uri, issued, ttl, expires, bits, packed: await inflate(packed, MAX_BITS) });
}
