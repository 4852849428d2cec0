// Records and log lines on their way to the main thread: many in one message, since each message wakes that thread.
import type { AssociationRecord } from './record.ts';
import type { LogLine } from './thread-messages.ts';
import { startTimer } from './transport.ts';

type Tell = (records: readonly AssociationRecord[], lines: readonly LogLine[]) => void;

/** Seconds that one may wait for others; a thread that dies takes so much with it. */
const patience = 0.02;
/** More than these go at once. */
const most = 64;

export class Happenings {
  readonly #tell: Tell;
  #records: AssociationRecord[] = [];
  #lines: LogLine[] = [];

  /** @param tell throws where something cannot be copied to another thread */
  constructor(tell: Tell) {
    this.#tell = tell;
  }

  record(record: AssociationRecord): void {
    this.#records.push(record);
    this.#noted();
  }

  line(line: LogLine): void {
    this.#lines.push(line);
    this.#noted();
  }

  #noted(): void {
    const count = this.#records.length + this.#lines.length;
    if (count >= most) this.tell();
    else if (count === 1) startTimer(patience, () => this.tell());
  }

  /** Sends what there is. */
  tell(): void {
    const [records, lines] = [this.#records, this.#lines];
    if (records.length + lines.length === 0) return;
    this.#records = [];
    this.#lines = [];
    try {
      this.#tell(records, lines);
    } catch {
      this.#tell(records, lines.map(plain));
    }
  }
}

/** A line whose fields are text: functions and the like cannot be copied. */
const plain = ({ fields, ...line }: LogLine): LogLine => ({
  ...line,
  fields: Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, String(value)])),
});
