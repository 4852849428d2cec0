// The one error of the command line: how it ended, and for which exit code.

/** Exit codes of every command. */
export const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;

/** Ends a command with one clear line. `usage`: the arguments were wrong; `failed`: they were right and it did not work. */
export class CliError extends Error {
  readonly fault: 'failed' | 'usage';
  constructor(fault: 'failed' | 'usage', message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CliError';
    this.fault = fault;
  }
}
