// The program of one thread that accepts associations: started by listenOnThreads, told by its module what it provides.
import { parentPort, workerData } from 'node:worker_threads';
import type { Log, LogLevel } from '../log.ts';
import { NetworkError } from '../network-error.ts';
import { type Acceptor, listen } from './acceptor.ts';
import { Happenings } from './happenings.ts';
import type { Answers, FromThread, Question, ThreadFailure, ThreadStart, ToThread } from './thread-messages.ts';
import type { ThreadParts } from './thread-parts.ts';

const start: ThreadStart = workerData;
const say = (message: FromThread): void => parentPort?.postMessage(message);
const happenings = new Happenings((records, lines) => say({ kind: 'happened', records, lines }));

function logOf(levels: readonly LogLevel[]): Log {
  const write = (level: LogLevel) => (fields: Readonly<Record<string, unknown>>, text: string) => {
    if (levels.includes(level)) happenings.line({ level, fields, text });
  };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    isLevelEnabled: (level) => levels.includes(level),
  };
}

async function partsOf({ module, data }: ThreadStart): Promise<ThreadParts> {
  const loaded: { readonly acceptingThread?: unknown } = await import(module);
  const { acceptingThread } = loaded;
  if (typeof acceptingThread !== 'function')
    throw new NetworkError('not-possible', `${module} exports no function acceptingThread`);
  return acceptingThread(data);
}

function failureOf(cause: unknown): ThreadFailure {
  if (cause instanceof NetworkError) return { fault: cause.fault, detail: cause.detail };
  return { fault: 'not-possible', detail: cause instanceof Error ? cause.message : String(cause) };
}

function answer(acceptor: Acceptor, question: Question): Answers[keyof Answers] {
  switch (question.kind) {
    case 'associations':
      return acceptor.associations();
    case 'abort':
      return acceptor.abort(question.association);
    case 'reloadTls':
      acceptor.reloadTls(question.tls);
      return true;
  }
}

function serve(acceptor: Acceptor, parts: ThreadParts): void {
  parentPort?.on('message', (message: ToThread) => {
    if (message.kind === 'close') void end(acceptor, parts, message.graceMs);
    else
      try {
        say({ kind: 'answer', id: message.id, value: answer(acceptor, message.question) });
      } catch (cause) {
        say({ kind: 'refused', id: message.id, failure: failureOf(cause) });
      }
  });
}

async function end(acceptor: Acceptor, { close }: ThreadParts, graceMs: number): Promise<void> {
  try {
    await acceptor.close({ graceMs });
    await close?.();
  } finally {
    happenings.tell();
    // What the module has left open must not keep the thread.
    process.exit();
  }
}

try {
  const { places, thread, host, port, tls, securePort, limits, records, levels } = start;
  const parts = await partsOf(start);
  const acceptor = await listen({
    ...parts,
    host,
    port,
    ...(tls && { tls }),
    ...(securePort && { securePort }),
    limits,
    log: parts.log ?? logOf(levels),
    ...(records && { onAssociation: (record) => happenings.record(record) }),
    sharing: { places, thread },
  });
  serve(acceptor, parts);
  say({ kind: 'listening', port: acceptor.port, securePort: acceptor.securePort });
} catch (cause) {
  say({ kind: 'failed', failure: failureOf(cause) });
  process.exit();
}
