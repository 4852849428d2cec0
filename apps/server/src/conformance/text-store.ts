// What an installation wrote in the place of shipped texts of the statement, or confirmed: one file, read once. PS3.2 6.2
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../backup/durable-file.ts';
import { isTextId, type TextId, type WrittenTexts } from './authored-texts.ts';
import { longestText } from './requests.ts';

const written = z.strictObject({
  text: z.string().trim().min(1).max(longestText).exactOptional(),
  describes: z.record(z.string().max(400), z.string().max(16)),
  author: z.string().trim().min(1).max(400),
  date: z.iso.date(),
});
const file = z.record(z.string().max(80), written);

export interface TextStore {
  read(): Promise<WrittenTexts>;
  /** Durable when the promise resolves; undefined: the shipped text counts again. */
  write(id: TextId, text: WrittenTexts[TextId]): Promise<void>;
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

async function* piece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** @param folder is made when the first text is written */
export function createTextStore(folder: string): TextStore {
  const path = join(folder, 'texts.json');
  const load = async (): Promise<WrittenTexts> => {
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if (isMissing(error)) return '{}';
      throw error;
    });
    const texts = file.safeParse(JSON.parse(text));
    if (!texts.success) throw new Error(`${path} is not a list of texts: ${texts.error.issues[0]?.message}`);
    // A text that no release has any more is left in the file, and counts for nothing.
    return Object.fromEntries(Object.entries(texts.data).filter(([id]) => isTextId(id)));
  };
  let known: WrittenTexts | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  const read = async (): Promise<WrittenTexts> => {
    known ??= await load();
    return known;
  };
  return {
    read,
    write(id, text) {
      const done = turn.then(async () => {
        const { [id]: _, ...others } = await read();
        const next = text === undefined ? others : { ...others, [id]: text };
        await writeWhole(path, piece(Buffer.from(`${JSON.stringify(next, undefined, 2)}\n`)));
        known = next;
      });
      turn = done.catch(() => undefined);
      return done;
    },
  };
}
