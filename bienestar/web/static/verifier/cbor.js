// A strict reader of CBOR, as bienestar/calculations/cards/cbor.py: whole numbers, byte and text strings, arrays, maps,
// true, false, null and tags, each with its length said before it, and nothing else. What the service refuses to read
// must be refused here too: a card that one of the two reads otherwise is a hole.
const DEPTH = 6;
const ITEMS = 256;
const WIDTHS = { 24: 1, 25: 2, 26: 4, 27: 8 };
const SIMPLE = { 20: false, 21: true, 22: null };
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Something that cannot be used; `reason` is a code. */
export class Refused extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** A value with the number of its tag. */
export class Tagged {
  constructor(tag, value) {
    this.tag = tag;
    this.value = value;
  }
}

/** Whether a value read is a whole number: a Number, or a BigInt where a Number would lose digits. */
export const isInt = (value) => typeof value === "number" || typeof value === "bigint";

/** The one value that the bytes are; maps are Map, so that 1 and "1" stay two keys. Throws Refused. */
export function decode(bytes, items = ITEMS) {
  const reader = new Reader(bytes, items);
  const value = reader.value(0);
  if (reader.at !== bytes.length) throw new Refused("trailing");
  return value;
}

class Reader {
  constructor(bytes, items) {
    this.bytes = bytes;
    this.at = 0;
    this.left = items;
  }

  take(count) {
    if (count > this.bytes.length - this.at) throw new Refused("cut");
    this.at += Number(count);
    return this.bytes.slice(this.at - Number(count), this.at);
  }

  // A length that cannot be true is refused before anything is made of that length.
  room(count) {
    if (count > this.left) throw new Refused("too_big");
    return Number(count);
  }

  number(width) {
    let found = 0n;
    for (const byte of this.take(width)) found = found * 256n + BigInt(byte);
    return plain(found);
  }

  value(depth) {
    if (depth > DEPTH) throw new Refused("deep");
    this.left -= 1;
    if (this.left < 0) throw new Refused("too_big");
    const first = this.take(1)[0];
    const kind = first >> 5;
    const small = first & 31;
    if (small === 31) throw new Refused("indefinite");
    if (kind === 7) {
      if (!(small in SIMPLE)) throw new Refused("not_cbor");
      return SIMPLE[small];
    }
    if (small > 27) throw new Refused("not_cbor");
    const number = small > 23 ? this.number(WIDTHS[small]) : small;
    switch (kind) {
      case 0: return number;
      case 1: return plain(-1n - BigInt(number));
      case 2: return this.take(number);
      case 3: return this.text(number);
      case 4: return Array.from({ length: this.room(number) }, () => this.value(depth + 1));
      case 5: return this.map(number, depth);
      default: return new Tagged(number, this.value(depth + 1));
    }
  }

  text(count) {
    const bytes = this.take(count);
    try {
      return UTF8.decode(bytes);
    } catch {
      throw new Refused("not_cbor");
    }
  }

  map(count, depth) {
    const found = new Map();
    for (let left = this.room(count); left > 0; left -= 1) {
      const key = this.value(depth + 1);
      if (!isInt(key) && typeof key !== "string") throw new Refused("not_cbor");
      if (found.has(key)) throw new Refused("duplicate");
      found.set(key, this.value(depth + 1));
    }
    return found;
  }
}

function plain(number) {
  const short = Number(number);
  return Number.isSafeInteger(short) ? short : number;
}
