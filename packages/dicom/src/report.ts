// What a parser says of the bytes: findings that are kept, errors that stop it, with byte offset and path.
import type { Element } from './content.ts';
import { DicomError, type Fault, type Finding } from './error.ts';
import { formatPath } from './path.ts';

/** Where a parser stands, in bytes of what was read. */
interface Place {
  readonly offset: number;
}

/** The sequences that are open, from the outside in. */
export type Nesting = () => readonly Element[];

/** Collects findings up to a limit, and decides what is an error. */
export class Report {
  private readonly place: Place;
  private readonly nesting: Nesting;
  private readonly findings: Finding[];
  private readonly limit: number;
  private readonly keep: boolean;

  constructor(place: Place, nesting: Nesting, findings: Finding[], limit: number, keep: boolean) {
    this.place = place;
    this.nesting = nesting;
    this.findings = findings;
    this.limit = limit;
    this.keep = keep;
  }

  /** Something odd that changes nothing. */
  find(fault: Fault, text: string, tag?: number, severity: Finding['severity'] = 'warning'): void {
    if (this.findings.length >= this.limit) return;
    this.findings.push({ fault, severity, offset: this.place.offset, path: this.path(tag), text });
  }

  /** Bytes that are missing or wrong: an error, or a finding where what is there is wanted. @throws DicomError */
  trouble(fault: Fault, text: string, tag?: number): void {
    if (!this.keep) this.fail(fault, tag, text);
    this.find(fault, text, tag, 'error');
  }

  /** @throws DicomError */
  fail(fault: Fault, tag?: number, detail = ''): never {
    throw new DicomError(fault, this.place.offset, this.path(tag), detail);
  }

  private path(tag?: number): string {
    const open = this.nesting();
    const inside = open[open.length - 1]?.tag === tag ? open.slice(0, -1) : open;
    return formatPath(
      inside.map((element) => ({ tag: element.tag, item: (element.items?.length ?? 0) - 1 })),
      tag,
    );
  }
}
