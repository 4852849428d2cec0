// What goes between the main thread and one that accepts associations.
import type { AssociationInfo } from '../handlers.ts';
import type { Limits } from '../limits.ts';
import type { LogLevel } from '../log.ts';
import type { Fault } from '../network-error.ts';
import type { TlsServer } from '../peer.ts';
import type { AssociationRecord } from './record.ts';
import type { PlacesMemory } from './shared-places.ts';

/** What a thread begins with. */
export interface ThreadStart {
  /** Address of the module that gives the application entities. */
  readonly module: string;
  readonly data: unknown;
  readonly thread: number;
  readonly places: PlacesMemory;
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsServer | undefined;
  readonly securePort?: { readonly port: number; readonly tls: TlsServer } | undefined;
  readonly limits: Limits;
  /** Whether records are wanted. */
  readonly records: boolean;
  /** Log levels that are wanted. */
  readonly levels: readonly LogLevel[];
}

/** What a thread can be asked, and what it answers. */
export interface Answers {
  readonly associations: readonly AssociationInfo[];
  readonly abort: boolean;
  readonly reloadTls: true;
}
export type Question =
  | { readonly kind: 'associations' }
  | { readonly kind: 'abort'; readonly association: string }
  | { readonly kind: 'reloadTls'; readonly tls: TlsServer };

export type ToThread =
  | { readonly kind: 'question'; readonly id: number; readonly question: Question }
  /** Ends the thread. */
  | { readonly kind: 'close'; readonly graceMs: number };

export interface LogLine {
  readonly level: LogLevel;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly text: string;
}

export interface ThreadFailure {
  readonly fault: Fault;
  readonly detail: string;
}

export type FromThread =
  | { readonly kind: 'listening'; readonly port: number; readonly securePort: number | undefined }
  | { readonly kind: 'failed'; readonly failure: ThreadFailure }
  | { readonly kind: 'happened'; readonly records: readonly AssociationRecord[]; readonly lines: readonly LogLine[] }
  | { readonly kind: 'answer'; readonly id: number; readonly value: Answers[keyof Answers] }
  | { readonly kind: 'refused'; readonly id: number; readonly failure: ThreadFailure };
