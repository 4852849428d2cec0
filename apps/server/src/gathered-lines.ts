// Lines of the log that leave together: a call of the operating system for each costs a request more than putting it into words.
import { pino } from 'pino';

/** The longest that a line waits for others, in milliseconds. */
const longestWait = 20;
/** As many bytes leave at once, however short they waited. */
const fullAt = 8192;
/** Of pino. */
const warning = 40;

interface GatheredLines extends pino.DestinationStream {
  /** Of the line that comes next: pino sets it. */
  lastLevel: number;
}

/**
 * Writes to a file descriptor, lines of a request's kind a moment later: from a warning on at once, with all before it, and what
 * is left when the process ends. Only who kills the process takes the last moment's lines with it.
 */
export function gatheredLines(fd: number): GatheredLines {
  const out = pino.destination({ fd, sync: true, minLength: fullAt });
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    out.flushSync();
  };
  process.on('exit', flush);
  const lines: GatheredLines = {
    lastLevel: 0,
    write(line) {
      out.write(line);
      if (lines.lastLevel >= warning) flush();
      else timer ??= setTimeout(flush, longestWait).unref();
    },
  };
  return Object.assign(lines, { [pino.symbols.needsMetadataGsym]: true });
}
