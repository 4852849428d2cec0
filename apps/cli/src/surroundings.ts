// What a command may touch besides its arguments, passed in so that tests can stand in for a terminal.

export interface Surroundings {
  /** Results, one line each: standard output. */
  readonly print: (line: string) => void;
  /** What is happening and what went wrong: standard error. */
  readonly note: (line: string) => void;
  /** Width of the terminal that shows notes; `undefined` when they go to a file or a pipe. */
  readonly columns: number | undefined;
  /** Writes to the terminal as it is, for a line that is drawn again and again. */
  readonly draw: (text: string) => void;
  /** Ctrl-C: the command stops what it does in an orderly way. */
  readonly signal: AbortSignal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Standard input, read by the one command that asks for it. */
  readonly input: AsyncIterable<Uint8Array>;
  /** The command goes on, but ends with exit code 1. */
  readonly fail: () => void;
}
