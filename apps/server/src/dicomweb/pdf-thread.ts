// A thread that reads the text of one PDF and ends. What it reads is hostile until proven otherwise: nothing is fetched, nothing in it runs.
import { parentPort, workerData } from 'node:worker_threads';
import type { PdfTask, PdfText } from './pdf-messages.ts';
import { pdfText } from './pdf-pages.ts';

const task: PdfTask = workerData;
// The document's reader could load fonts and tables by address; here it finds nothing to do so with.
for (const name of ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource']) Reflect.deleteProperty(globalThis, name);
const told: PdfText = await pdfText(task);
parentPort?.postMessage(told);
