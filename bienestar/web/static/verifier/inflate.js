// Unpacks zlib streams with what the browser has, never to more than a limit.
import { Refused } from "./cbor.js";

/** What a zlib stream unpacks to. Throws Refused when it is none, is cut, goes on after its end, or is too big. */
export async function inflate(packed, limit) {
  const stream = new DecompressionStream("deflate");
  const writer = stream.writable.getWriter();
  // Both fail with the reader, which tells; left alone they would be reported a second time.
  writer.write(packed).catch(() => {});
  writer.close().catch(() => {});
  const reader = stream.readable.getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    let step;
    try {
      step = await reader.read();
    } catch {
      throw new Refused("not_zlib");
    }
    if (step.done) return joined(parts, size);
    parts.push(step.value);
    size += step.value.length;
    if (size > limit) {
      reader.cancel().catch(() => {});
      throw new Refused("too_big");
    }
  }
}

function joined(parts, size) {
  const found = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    found.set(part, at);
    at += part.length;
  }
  return found;
}
