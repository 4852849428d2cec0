// Why the server did not start, for a person: one line that names the setting.

/** Ends the program with exit status 2. */
export class StartError extends Error {
  readonly setting: string;
  constructor(setting: string, message: string, cause?: unknown) {
    super(`${setting}: ${message}`, { cause });
    this.name = 'StartError';
    this.setting = setting;
  }
}

/** Any other error in its own words. */
export const startErrorOf =
  (setting: string) =>
  (error: unknown): never => {
    throw error instanceof StartError
      ? error
      : new StartError(setting, error instanceof Error ? error.message : String(error), error);
  };

/** The code of an error of the operating system, also where another error wraps it. */
const codeOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  return 'code' in error && typeof error.code === 'string' ? error.code : codeOf(error.cause);
};

const words: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use by another program',
  EACCES: 'may not be used by this user',
  EADDRNOTAVAIL: 'is no address of this machine',
  ENOTFOUND: 'is no address of this machine',
};

/** What a failing listener means; anything else is passed on as it is. */
export function listenError(setting: string, host: string, port: number, error: unknown): unknown {
  const code = codeOf(error);
  const what = code && words[code];
  if (!what) return error;
  const isHost = code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND';
  return isHost
    ? new StartError('--host', `${host} ${what}`, error)
    : new StartError(setting, `port ${port} on ${host} ${what}`, error);
}
