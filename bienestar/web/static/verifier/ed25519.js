// Ed25519 by the browser itself, or by a small library where the browser is too old to know it.
const LIBRARY = "../noble/index.js";

// RFC 8032, 7.1, test 2: what cannot judge this right must not judge a card.
const KNOWN = {
  key: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
  message: "72",
  signature:
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
};

let engine = null;

/** Whether this browser can check signatures: by itself, or by the library. */
export async function canVerify() {
  engine ??= choose();
  return engine.then(() => true, () => false);
}

/** Whether the signature of the bytes is the key's (32 bytes). Throws when this browser can check none at all. */
export async function verifies(publicKey, signature, bytes) {
  engine ??= choose();
  return (await engine)(publicKey, signature, bytes);
}

async function choose() {
  if (await knows(byBrowser)) return byBrowser;
  const library = await import(LIBRARY);
  const byLibrary = async (publicKey, signature, bytes) => {
    try {
      // Not ZIP 215: the stricter reading, which is the browsers'.
      return await library.verifyAsync(signature, bytes, publicKey, { zip215: false });
    } catch {
      return false;
    }
  };
  if (await knows(byLibrary)) return byLibrary;
  throw new Error("This browser cannot check signatures.");
}

async function byBrowser(publicKey, signature, bytes) {
  try {
    const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, signature, bytes);
  } catch {
    return false;
  }
}

async function knows(check) {
  const [key, message, signature] = [KNOWN.key, KNOWN.message, KNOWN.signature].map(unhex);
  return (await check(key, signature, message)) && !(await check(key, signature, Uint8Array.of(0x73)));
}

const unhex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
