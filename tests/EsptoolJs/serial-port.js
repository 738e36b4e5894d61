// A pseudo-terminal as the Web Serial port that esptool-js wants. It has no lines DTR and RTS.
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 1;
const BUFFER = 4096;

export class PseudoTerminalPort {
  #path;
  #file;

  constructor(path) {
    this.#path = path;
  }

  getInfo() {
    return {};
  }

  async setSignals() {}

  // Nothing depends on the speed.
  async setBaudRate() {}

  async open() {
    const { O_RDWR, O_NOCTTY, O_NONBLOCK } = fs.constants;
    const file = (this.#file = fs.openSync(this.#path, O_RDWR | O_NOCTTY | O_NONBLOCK));
    this.readable = new ReadableStream({ pull: (controller) => this.#read(file, controller) }, { highWaterMark: 0 });
    this.writable = new WritableStream({ write: (bytes) => this.#write(file, bytes) });
  }

  async close() {
    fs.closeSync(this.#file);
    this.#file = undefined;
  }

  async #read(file, controller) {
    const buffer = new Uint8Array(BUFFER);
    while (this.#file === file) {
      const count = this.#tryNow(() => fs.readSync(file, buffer));
      if (count > 0) {
        controller.enqueue(buffer.slice(0, count));
        return;
      }
      await sleep(POLL_MS);
    }
    controller.close();
  }

  async #write(file, bytes) {
    for (let at = 0; at < bytes.length; ) {
      const count = this.#tryNow(() => fs.writeSync(file, bytes, at));
      if (count === 0) await sleep(POLL_MS);
      at += count;
    }
  }

  // 0 when the system would wait.
  #tryNow(call) {
    try {
      return call();
    } catch (error) {
      if (error.code === 'EAGAIN') return 0;
      throw error;
    }
  }
}
