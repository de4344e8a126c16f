// The keys and the list of revoked cards that the device carries, and how they are renewed.
import { Refused } from "./cbor.js";
import { fromKeySet } from "./keys.js";
import { parse } from "./statuslist.js";

const KEPT = "verificador-listas";
const HOUR = 3600;
const PLACES = { es: "es-MX", en: "en-GB" }; // how days are written

export class Lists {
  /** `keys`: by id, or null when there are none; `statuses`: a StatusList, or null. */
  constructor(addresses) {
    this.addresses = addresses;
    this.keys = null;
    this.statuses = null;
    this.statusBytes = null;
    this.bringing = null;
  }

  /** Take what the device has. */
  async open() {
    try {
      const cache = await this.cache();
      const [keys, statuses] = await Promise.all(this.both().map((url) => cache?.match(url)));
      if (!keys) return;
      const keyBytes = await bytes(keys);
      const taken = statuses && (await this.take(keyBytes, await bytes(statuses)));
      if (!taken) await this.take(keyBytes, null);
    } catch {
      // What lies there cannot be read: as if there were nothing.
    }
  }

  /** Bring newer ones; whether that could be done. */
  bring() {
    this.bringing ??= this.fetchBoth().finally(() => {
      this.bringing = null;
    });
    return this.bringing;
  }

  async fetchBoth() {
    try {
      const how = { cache: "no-cache", credentials: "omit" };
      const [keys, statuses] = await Promise.all(this.both().map((url) => fetch(url, how)));
      if (!keys.ok || !statuses.ok) return false;
      const keyBytes = await bytes(keys);
      const none = statuses.status === 204; // the service has no list yet
      if (!(await this.take(keyBytes, none ? null : await bytes(statuses)))) return false;
      const cache = await this.cache();
      await cache?.put(this.addresses.keys, new Response(keyBytes));
      if (this.statusBytes) await cache?.put(this.addresses.statuses, new Response(this.statusBytes));
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Take keys and, unless null, a list; whether they were taken. A list that the keys did not sign is refused with its
   * keys. Of the list offered and the one at hand the newer stays, so that nobody can put back an old one; and the one
   * at hand only if the keys still vouch for it.
   */
  async take(keyBytes, statusBytes) {
    const keys = fromKeySet(keyBytes);
    const offered = statusBytes && (await parsed(statusBytes, keys));
    if (statusBytes && !offered) return false;
    const atHand = this.statusBytes && (await parsed(this.statusBytes, keys));
    const older = offered && atHand && atHand.uri === offered.uri && offered.issued < atHand.issued;
    this.keys = keys;
    if (offered && !older) [this.statuses, this.statusBytes] = [offered, statusBytes];
    else if (!atHand) [this.statuses, this.statusBytes] = [null, null];
    return true;
  }

  both() {
    return [this.addresses.keys, this.addresses.statuses];
  }

  /** The choice of language, which the service worker asks for when it opens the page. */
  async remember(language) {
    await (await this.cache())?.put("language", new Response(language));
  }

  // Some browsers refuse to keep anything, in private windows for instance: then the lists live as long as the page.
  async cache() {
    try {
      return await globalThis.caches?.open(KEPT);
    } catch {
      return null;
    }
  }

  /** What to say of the lists at a moment (seconds): {sentences, stale}. */
  tell(now, words, language) {
    if (!this.keys) return { sentences: [words.lists.none], stale: true };
    if (!this.keys.size) return { sentences: [words.lists.no_keys], stale: true };
    if (!this.statuses) return { sentences: [words.lists.no_statuses], stale: true };
    const date = day(this.statuses.issued, words.zone, language);
    const age = this.statuses.age(now);
    const told = age < HOUR ? words.lists.just_now : words.lists.of;
    const sentences = [told.replace("{date}", date).replace("{age}", span(age, language))];
    const stale = this.statuses.stale(now);
    if (stale) sentences.push(words.lists.stale);
    const behind = Number(this.statuses.issued) - now > HOUR;
    if (behind) sentences.push(words.lists.clock);
    return { sentences, stale: stale || behind };
  }
}

const bytes = async (response) => new Uint8Array(await response.arrayBuffer());

async function parsed(statusBytes, keys) {
  try {
    return await parse(statusBytes, keys);
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

/** A moment as a day in words, where the service works. */
export function day(seconds, timeZone, language) {
  const date = new Date(Number(seconds) * 1000);
  return new Intl.DateTimeFormat(PLACES[language], { day: "numeric", month: "long", year: "numeric", timeZone }).format(date);
}

function span(seconds, language) {
  const [count, unit] = seconds < 24 * HOUR ? [seconds / HOUR, "hour"] : [seconds / (24 * HOUR), "day"];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(Math.floor(count));
}
