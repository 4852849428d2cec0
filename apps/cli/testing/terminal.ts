// A terminal that remembers: runs command lines in this process and keeps what they said.
import { Readable } from 'node:stream';
import { run } from '../src/run.ts';

export interface Said {
  readonly code: number;
  /** Lines of standard output. */
  readonly output: readonly string[];
  /** Lines of standard error. */
  readonly notes: readonly string[];
}

/** Runs one command line. `environment` is empty unless given: tests do not see the developer's. */
export async function concord(
  argv: readonly string[],
  { environment = {}, signal = new AbortController().signal, input = '', terminal }: ConcordOptions = {},
): Promise<Said> {
  const output: string[] = [];
  const notes: string[] = [];
  const code = await run(argv, {
    print: (line) => output.push(...line.split('\n')),
    note: (line) => notes.push(...line.split('\n')),
    draw: terminal?.draw ?? (() => {}),
    columns: terminal?.columns,
    signal,
    environment,
    input: Readable.from([Buffer.from(input)]),
  });
  return { code, output, notes };
}

interface ConcordOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** What is typed or piped in. */
  readonly input?: string;
  /** Where progress is drawn; nowhere unless given. */
  readonly terminal?: { readonly columns: number; readonly draw: (text: string) => void };
}
