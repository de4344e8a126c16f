// Codes from the camera and from pictures. The pictures go to a worker of this page and nowhere else.
const LARGEST = 2000; // pixels: a phone's picture has more than the code needs
const PAUSE = 100; // milliseconds between two looks

export class Scanner {
  constructor(address) {
    this.address = address;
    this.worker = null;
    this.waiting = new Map();
    this.number = 0;
    this.stream = null;
  }

  /** The text of the code in a picture, or null when there is none. Throws when codes cannot be read at all. */
  read(picture) {
    this.number += 1;
    const number = this.number;
    return new Promise((resolve, reject) => {
      this.waiting.set(number, { resolve, reject });
      this.start().postMessage({ number, picture }, [picture.data.buffer]);
    });
  }

  start() {
    if (this.worker) return this.worker;
    this.worker = new Worker(this.address);
    this.worker.addEventListener("message", ({ data }) => {
      const asked = this.waiting.get(data.number);
      this.waiting.delete(data.number);
      if (data.error) asked?.reject(new Error(data.error));
      else asked?.resolve(data.text);
    });
    this.worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.worker.terminate();
      this.worker = null;
      for (const asked of this.waiting.values()) asked.reject(new Error("no_library"));
      this.waiting.clear();
    });
    return this.worker;
  }

  /** The text of the code in a file. Throws Error("no_picture") when it is none. */
  async readFile(file) {
    let image;
    try {
      image = await createImageBitmap(file);
    } catch {
      throw new Error("no_picture");
    }
    // A code that fills a large picture is read best smaller, one in its corner only as it is.
    for (const largest of [LARGEST, Math.max(image.width, image.height), LARGEST / 3]) {
      const text = await this.read(pixels(image, image.width, image.height, largest));
      if (text) return text;
    }
    return null;
  }

  /** Look through the camera until a code is read (its text) or `stop` is called (null). Throws as getUserMedia does. */
  async look(video) {
    const wanted = { video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } }, audio: false };
    const stream = await navigator.mediaDevices.getUserMedia(wanted);
    this.stream = stream;
    video.srcObject = stream;
    await video.play();
    try {
      while (this.stream === stream) {
        const text = video.videoWidth && (await this.read(pixels(video, video.videoWidth, video.videoHeight, LARGEST)));
        if (text && this.stream === stream) return text;
        await new Promise((wake) => setTimeout(wake, PAUSE));
      }
      return null;
    } finally {
      this.stop();
      video.srcObject = null;
    }
  }

  stop() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
  }
}

function pixels(image, width, height, largest) {
  const scale = Math.min(1, largest / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
