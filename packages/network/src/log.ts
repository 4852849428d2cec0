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
export function withFields(log: Log, more: Readonly<Record<string, unknown>>): Log {
  const level =
    (name: LogLevel): Write =>
    (fields, text) =>
      log[name]({ ...more, ...fields }, text);
  return {
    debug: level('debug'),
    info: level('info'),
    warn: level('warn'),
    error: level('error'),
    isLevelEnabled: (name) => log.isLevelEnabled?.(name) ?? true,
  };
}
