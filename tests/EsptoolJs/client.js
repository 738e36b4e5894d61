// What esptool-js finds and does on the board at a pseudo-terminal, as one line of JSON. The board is in its loader, and restarts at the end.
//   node client.js PORT
import crypto from 'node:crypto';
import { ESPLoader, Transport } from 'esptool-js';
import { PseudoTerminalPort } from './serial-port.js';

const SCRATCH = 0x110000;
const NVS = { offset: 0x9000, size: 0x6000 };

const port = new PseudoTerminalPort(process.argv[2]);
const log = (text) => process.stderr.write(text);
const terminal = { clean() {}, write: log, writeLine: (line) => log(line + '\n') };
const loader = new ESPLoader({ transport: new Transport(port, false), baudrate: 115200, terminal });
const md5 = (bytes) => crypto.createHash('md5').update(bytes).digest('hex');

// The ROM answers with the digits of the hash as text.
const hash = async (offset, size) => Buffer.from(await loader.flashMd5sum(offset, size), 'hex').toString();

const write = (bytes, compress) => loader.writeFlash({
  fileArray: [{ data: bytes, address: SCRATCH }],
  flashMode: 'keep',
  flashFreq: 'keep',
  flashSize: 'detect',
  eraseAll: false,
  compress,
  calculateMD5Hash: (image) => Buffer.from(md5(image)).toString('hex'),
});

// Without its uploaded loader: main() would upload it.
await loader.detectChip('no_reset');
const found = {
  chip: await loader.chip.getChipDescription(loader),
  mac: await loader.chip.readMac(loader),
};
await loader.flashSpiAttach(0);
found.flashSize = await loader.detectFlashSize();

// One block, and several.
for (const [compress, size] of [[false, 4096], [true, 40000]]) {
  const bytes = new Uint8Array(crypto.randomBytes(size));
  await write(bytes, compress);
  found[compress ? 'compressed' : 'plain'] = (await hash(SCRATCH, bytes.length)) === md5(bytes);
}

found.nvsWasErased = (await hash(NVS.offset, NVS.size)) === md5(new Uint8Array(NVS.size).fill(0xff));
await loader.flashBegin(NVS.size, NVS.offset);
found.nvsIsErased = (await hash(NVS.offset, NVS.size)) === md5(new Uint8Array(NVS.size).fill(0xff));
await loader.flashFinish(true);
await loader.transport.disconnect();
console.log(JSON.stringify(found));
