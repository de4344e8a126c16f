// Keeps the verifier on the device. KEPT (what, and in which version) stands in a line above, written by the server.
const SAVED = `verificador-${KEPT.version}`;
const LISTS = "verificador-listas"; // keys and statuses, kept by the page itself: they outlive a new version
const MANY = { ignoreVary: true };

self.addEventListener("install", (event) => {
  event.waitUntil(keep([...Object.values(KEPT.pages), ...KEPT.needed]).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOlder().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname === KEPT.page) event.respondWith(page(url, event.request));
  else if ([...KEPT.needed, ...KEPT.further].includes(url.pathname)) event.respondWith(saved(url.pathname, event.request));
});

// The page asks how much is kept; what is missing is brought first. Libraries wait for this: the page comes before them.
self.addEventListener("message", (event) => {
  const answer = async () => {
    const camera = await keep(KEPT.further).then(() => true, () => false);
    event.ports[0].postMessage({ camera: camera && KEPT.reads_codes });
  };
  event.waitUntil(answer());
});

async function keep(urls) {
  const cache = await caches.open(SAVED);
  const missing = [];
  for (const url of urls) if (!(await cache.match(url, MANY))) missing.push(url);
  await cache.addAll(missing.map((url) => new Request(url, { cache: "reload" })));
}

async function dropOlder() {
  for (const name of await caches.keys()) {
    if (name.startsWith("verificador-") && name !== SAVED && name !== LISTS) await caches.delete(name);
  }
}

async function page(url, request) {
  const lists = await caches.open(LISTS);
  const last = await lists.match("language");
  const language = url.searchParams.get("lang") ?? (last && (await last.text()));
  return saved(KEPT.pages[language] ?? KEPT.pages[KEPT.language], request);
}

async function saved(url, request) {
  const cache = await caches.open(SAVED);
  return (await cache.match(url, MANY)) ?? fetch(request);
}
