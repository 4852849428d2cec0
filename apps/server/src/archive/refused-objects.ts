// Objects that were refused because of what is in them, kept for a while as files: for whoever looks into what a sender does wrong.
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '@concord/network';
import type { Archive, Incoming, Receipt } from './archive.ts';
import { isKeepableUid } from './describe-instance.ts';
import type { MetaParts } from './take-in.ts';

export interface RefusedParts {
  readonly folder: string;
  /** How long they stay, in ms. */
  readonly staysMs: number;
  /** Of all of them together: the oldest go, and a larger one is not kept. */
  readonly mostBytes: number;
  readonly now: () => Date;
  readonly log: Log;
}

type Receive = Archive['receive'];

/** What cannot be read, and what is not what it should be. PS3.4 Table B.2-1. */
const codes: ReadonlySet<number> = new Set([0xa900, 0xc000, 0xc006]);

/** `receive`, with a copy of each object on the disk until it is known whether it is refused. */
export function keepingRefused(receive: Receive, parts: RefusedParts, meta: MetaParts): Receive {
  return async (incoming) => {
    const copy = await startCopy(parts, metaOf(incoming, meta));
    const chunks = incoming.dataSet[Symbol.asyncIterator]();
    try {
      const receipt = await receive({ ...incoming, dataSet: copied(chunks, copy) });
      if (!codes.has(receipt.status.code)) return receipt;
      // What follows what was wrong belongs to it.
      for await (const _ of copied(chunks, copy)) if (copy.isOver()) break;
      await copy.keep(describe(incoming, receipt, parts));
      return receipt;
    } finally {
      await copy.end();
      await chunks.return?.();
    }
  };
}

async function* copied(chunks: AsyncIterator<Uint8Array>, copy: Copy): AsyncGenerator<Uint8Array> {
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    await copy.write(next.value);
    yield next.value;
  }
}

/** Empty where the request does not say what the object is: then the file has no header. */
function metaOf({ sopClassUid = '', sopInstanceUid = '', ...incoming }: Incoming, parts: MetaParts): Uint8Array {
  if (!isKeepableUid(sopClassUid) || !isKeepableUid(sopInstanceUid)) return new Uint8Array();
  const { classUid, versionName } = parts.implementation;
  return parts.writeMeta({
    sopClassUid,
    sopInstanceUid,
    transferSyntaxUid: incoming.transferSyntaxUid,
    implementationClassUid: classUid,
    implementationVersionName: versionName,
    ...(incoming.origin.callingAeTitle && { sourceApplicationEntityTitle: incoming.origin.callingAeTitle }),
  });
}

const describe = (incoming: Incoming, { status }: Receipt, { now }: RefusedParts): string =>
  JSON.stringify(
    {
      refusedAt: now().toISOString(),
      status: status.code.toString(16).toUpperCase().padStart(4, '0'),
      comment: status.comment ?? '',
      sopClassUid: incoming.sopClassUid ?? '',
      sopInstanceUid: incoming.sopInstanceUid ?? '',
      transferSyntaxUid: incoming.transferSyntaxUid,
      from: incoming.origin,
    },
    undefined,
    2,
  );

interface Copy {
  write(chunk: Uint8Array): Promise<void>;
  /** Nothing more is written: too much, or the disk would not take it. */
  isOver(): boolean;
  keep(description: string): Promise<void>;
  end(): Promise<void>;
}

/** The copy may fail at any time: what becomes of the object is not its matter. */
async function startCopy({ folder, staysMs, mostBytes, now, log }: RefusedParts, meta: Uint8Array): Promise<Copy> {
  const name = `${now().toISOString().replace(/[:.]/g, '-')}-${randomBytes(4).toString('hex')}`;
  const path = join(folder, `${name}.part`);
  let written = 0;
  const give = (error: unknown) => {
    log.warn({ err: error, path }, 'what is refused cannot be kept for diagnosis');
    return undefined;
  };
  let file = await mkdir(folder, { recursive: true })
    .then(() => open(path, 'wx', 0o600))
    .catch(give);
  const close = async () => {
    const closing = file;
    file = undefined;
    await closing?.close();
  };
  const write = async (chunk: Uint8Array) => {
    if (!file) return;
    written += chunk.length;
    if (written > mostBytes) return close();
    await file.write(chunk).catch(async (error: unknown) => {
      give(error);
      await close();
    });
  };
  await write(meta);
  return {
    write,
    isOver: () => file === undefined,
    async keep(description) {
      if (!file) return;
      await close();
      const kept = join(folder, `${name}.dcm`);
      await writeFile(join(folder, `${name}.json`), description, { mode: 0o600 })
        .then(() => rename(path, kept))
        .then(() => log.warn({ path: kept }, 'an object that was refused is kept for diagnosis'), give);
      await forgetRefused({ folder, staysMs, mostBytes, now }).catch(give);
    },
    async end() {
      await close();
      await rm(path, { force: true }).catch(give);
    },
  };
}

type Forgetting = Pick<RefusedParts, 'folder' | 'staysMs' | 'mostBytes' | 'now'>;

/** Removes those whose time is over, and the oldest while all of them are too many bytes. */
export async function forgetRefused({ folder, staysMs, mostBytes, now }: Forgetting): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  let left = mostBytes;
  // Named by their time: the newest first.
  for (const name of names.filter((each) => each.endsWith('.dcm')).sort((a, b) => (a < b ? 1 : -1))) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (!found) continue;
    left -= found.size;
    if (left >= 0 && now().getTime() - found.mtimeMs < staysMs) continue;
    await rm(path, { force: true });
    await rm(path.replace(/dcm$/, 'json'), { force: true });
  }
}

const lookEveryMs = 3_600_000;

/** At the start, when copies of a run that was cut off go too, and once an hour. */
export async function startForgetting(parts: Forgetting & Pick<RefusedParts, 'log'>) {
  const { folder, log } = parts;
  const failed = (error: unknown) => log.warn({ err: error, folder }, 'objects that were refused could not be removed');
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => each.endsWith('.part')))
    await rm(join(folder, name), { force: true }).catch(failed);
  await forgetRefused(parts).catch(failed);
  const timer = setInterval(() => void forgetRefused(parts).catch(failed), lookEveryMs);
  timer.unref();
  return { close: async () => clearInterval(timer) };
}
