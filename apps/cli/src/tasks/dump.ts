// One file as text, or as one line of the DICOM JSON model; long values stay in the file. PS3.10 chapter 7, PS3.18 Annex F.
import { createReadStream } from 'node:fs';
import { dump, type Part10File, readStream, toJson } from '@concord/dicom';
import { bulkUriIn } from '../bulk-uri.ts';
import { printable } from '../printable.ts';
import type { Task } from './task.ts';

export interface DumpTask {
  readonly json: boolean;
  /** Whole values instead of their first characters. */
  readonly all: boolean;
}

/** What a file shows, and whether it is damaged. */
export interface Dumped {
  readonly text: string;
  readonly damaged: boolean;
}

/** Values longer than this stay in the file: neither form shows them. Bytes. */
const longestValue = 65_536;

/** `concord dump` for one file. */
export const dumpTask =
  ({ json, all }: DumpTask): Task<Dumped> =>
  async ({ path }) => {
    const content = await readFile(path);
    const damaged = content.findings.some(({ severity }) => severity === 'error');
    if (json) return { text: JSON.stringify(toJson(content.dataSet, { bulkDataUri: bulkUriIn(path) })), damaged };
    const lines = dump(content, all ? { valueWidth: Number.POSITIVE_INFINITY } : {});
    return { text: Array.from(lines, printable).join('\n'), damaged };
  };

async function readFile(path: string): Promise<Part10File> {
  const source = createReadStream(path);
  try {
    return await readStream(source, { bulkThreshold: longestValue });
  } finally {
    source.destroy();
  }
}
