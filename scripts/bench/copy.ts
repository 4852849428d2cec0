// Copies a file by reading and writing 1 MiB at a time, and prints JSON: bytes, seconds. usage: node copy.ts FROM TO
import { closeSync, openSync, readSync, writeSync } from 'node:fs';

const [from = '', to = ''] = process.argv.slice(2);
const buffer = new Uint8Array(1 << 20);
const began = performance.now();
const [source, target] = [openSync(from, 'r'), openSync(to, 'w')];
let bytes = 0;
for (let read = readSync(source, buffer); read > 0; read = readSync(source, buffer)) {
  writeSync(target, buffer, 0, read);
  bytes += read;
}
closeSync(source);
closeSync(target);
console.log(JSON.stringify({ bytes, seconds: (performance.now() - began) / 1000 }));
