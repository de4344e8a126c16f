// Reads the code in a picture, beside the page so that the page never waits. LIBRARY stands in a line above.
// The library would fetch its other half from a host of its own: it is told where ours is.
importScripts(LIBRARY.script);
ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => LIBRARY.wasm } });
const HOW = { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 1 };

self.addEventListener("message", async (event) => {
  const { number, picture } = event.data;
  try {
    const [found] = await ZXingWASM.readBarcodes(picture, HOW);
    self.postMessage({ number, text: found?.isValid ? found.text : null });
  } catch (error) {
    self.postMessage({ number, error: String(error) });
  }
});
