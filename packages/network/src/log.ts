// Where log lines go. A pino logger fits as it is.

type Write = (fields: Readonly<Record<string, unknown>>, text: string) => void;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export interface Log extends Readonly<Record<LogLevel, Write>> {
  /** Absent means that every level is wanted. Asked before a message is put into words. */
  readonly isLevelEnabled?: (level: LogLevel) => boolean;
}

const nothing: Write = () => undefined;
export const silentLog: Log = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  isLevelEnabled: () => false,
};

/** The same log with fields that every line carries. */
export const withFields = (log: Log, more: Readonly<Record<string, unknown>>): Log => new LogWithFields(log, more);

/** One for each association: methods, so that making it costs next to nothing. */
class LogWithFields implements Log {
  readonly #log: Log;
  readonly #more: Readonly<Record<string, unknown>>;

  constructor(log: Log, more: Readonly<Record<string, unknown>>) {
    this.#log = log;
    this.#more = more;
  }

  debug(fields: Readonly<Record<string, unknown>>, text: string): void {
    this.#log.debug({ ...this.#more, ...fields }, text);
  }

  info(fields: Readonly<Record<string, unknown>>, text: string): void {
    this.#log.info({ ...this.#more, ...fields }, text);
  }

  warn(fields: Readonly<Record<string, unknown>>, text: string): void {
    this.#log.warn({ ...this.#more, ...fields }, text);
  }

  error(fields: Readonly<Record<string, unknown>>, text: string): void {
    this.#log.error({ ...this.#more, ...fields }, text);
  }

  isLevelEnabled(level: LogLevel): boolean {
    return this.#log.isLevelEnabled?.(level) ?? true;
  }
}
