// Registers the service worker that keeps the page, and asks it how much is kept.

/** "kept", "kept_without_camera", "not_kept", "cannot_keep" or "insecure", told again whenever it changes. */
export async function keepPage(address, wantsCamera, tell) {
  if (!globalThis.isSecureContext) return tell("insecure");
  if (!navigator.serviceWorker) return tell("cannot_keep");
  tell("not_kept");
  try {
    await navigator.serviceWorker.register(address);
  } catch {
    return tell(navigator.serviceWorker.controller ? "kept" : "cannot_keep");
  }
  const ask = async () => {
    const { active } = await navigator.serviceWorker.ready;
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }) => tell(data.camera || !wantsCamera ? "kept" : "kept_without_camera");
    active.postMessage("kept?", [channel.port2]);
  };
  addEventListener("online", ask);
  return ask();
}

/** Calls `changed` when a newer version of the page has been kept in place of the one on the screen. */
export function onNewVersion(changed) {
  let before = navigator.serviceWorker?.controller;
  navigator.serviceWorker?.addEventListener("controllerchange", () => {
    if (before) changed(); // the first one takes nobody's place
    before = true;
  });
}
