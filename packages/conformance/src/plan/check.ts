// What a machine does to decide a test item: data only, so that a plan can be kept, read and changed.
import type { Behaviour } from './behaviour.ts';
import type { RecoveryFault } from './recovery-faults.ts';

/** A context that is proposed alone or with others, and the answer that the statement foretells. */
export interface ExpectedContext {
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
  /** Proposed by role selection; absent: SCU. */
  readonly role?: 'SCP' | 'BOTH';
  /** One of these is accepted; empty: the context is refused. */
  readonly accepted: readonly string[];
  /** Nothing is foretold: the answer is kept, whatever it is. */
  readonly open?: boolean;
}

/** A-ASSOCIATE-RJ. PS3.8 Table 9-21 */
export interface ExpectedRejection {
  /** Missing: permanent or transient, as the statement does not say. */
  readonly result?: number;
  readonly source: number;
  readonly reason: number;
}

/** A key as the query of an item uses it. */
export interface CheckedKey {
  readonly tag: string;
  readonly attribute: string;
  readonly level: string;
  readonly matching: readonly string[];
}

export type Check =
  | { readonly kind: 'reach' }
  | { readonly kind: 'echo' }
  | {
      readonly kind: 'rejection';
      readonly wrong: 'called AE title' | 'calling AE title' | 'application context' | 'protocol version';
      /** Missing: the statement lists no such rejection, so it is accepted. */
      readonly expected?: ExpectedRejection;
    }
  | { readonly kind: 'identification'; readonly classUid?: string; readonly versionName?: string }
  | { readonly kind: 'maximum length'; readonly offered: number; readonly stated?: number }
  | { readonly kind: 'associations'; readonly most: number }
  /** Operations that the system takes at a time; 0: any number. */
  | { readonly kind: 'asynchronous window'; readonly stated: number }
  | {
      readonly kind: 'tls';
      readonly variant:
        | 'handshake'
        | 'without TLS'
        | 'old versions'
        | 'weak suites'
        | 'no certificate'
        | 'unknown certificate'
        | 'expired certificate';
      readonly expected: 'accepted' | 'refused';
    }
  | {
      readonly kind: 'user identity';
      readonly variant: 'right' | 'wrong' | 'missing';
      readonly expected: 'accepted' | 'refused';
      /** Whether a positive response is asked for and has to come. */
      readonly positiveResponse: boolean;
    }
  | {
      readonly kind: 'time-out';
      /** Where our side falls silent. */
      readonly silent: 'before the request' | 'between requests' | 'in a message';
      /** As stated. */
      readonly seconds: number;
    }
  | { readonly kind: 'negotiation'; readonly contexts: readonly ExpectedContext[] }
  | {
      readonly kind: 'recovery';
      readonly fault: RecoveryFault;
      /** What is stored, where the fault is in a C-STORE. */
      readonly sopClass?: string;
      /** The information model that shows what remains of it. */
      readonly find?: string;
      /** How long our side pauses. */
      readonly seconds?: number;
    }
  /** A medium that the system wrote, measured by a profile of PS3.11. */
  | { readonly kind: 'medium written'; readonly profile: string }
  /** A medium that our side writes and the system imports. */
  | {
      readonly kind: 'medium read';
      readonly profile: string;
      readonly instances: readonly { readonly sopClass: string; readonly transferSyntax: string }[];
      /** The information model that shows what was imported. */
      readonly find?: string;
    }
  /** Worklist, performed procedure step and images of one examination, as the system makes them of our worklist item. */
  | {
      readonly kind: 'examination';
      readonly storageClasses: readonly string[];
      /** Attributes that have to be the same, or only to be there where they are converted. */
      readonly rows: readonly {
        readonly tag: string;
        readonly attribute: string;
        readonly in: readonly ('image' | 'step')[];
        readonly converted?: boolean;
      }[];
    }
  /** A signed instance, or one that was changed after it was signed: stored, and brought back where that is possible. */
  | {
      readonly kind: 'signature';
      readonly variant: 'whole' | 'broken';
      readonly sopClass: string;
      readonly transferSyntax: string;
      /** The C-GET class that brings it back. */
      readonly get: string;
      readonly stated: 'preserved' | 'not preserved' | 'refused' | 'not verified';
    }
  /** Somebody restarts the system: it comes back, with what it had. */
  | { readonly kind: 'restart'; readonly find?: string }
  | {
      readonly kind: 'store';
      readonly sopClass: string;
      readonly transferSyntax: string;
      readonly variant:
        | 'plain'
        | 'class mismatch'
        | 'again'
        | 'character set'
        | 'many'
        | 'five hundred'
        | 'missing attribute'
        | 'added attributes'
        | 'gray steps'
        | 'large';
      /** Defined term of the names; default ISO_IR 192. */
      readonly characterSet?: string;
      /** Of a large object: a multi-frame image of at least this length. */
      readonly bytes?: number;
      /** Statuses that the statement lists for it; `*` any. */
      readonly statuses: readonly string[];
    }
  | {
      readonly kind: 'find';
      readonly sopClass: string;
      readonly variant: 'key' | 'nothing' | 'invalid' | 'cancel' | 'whole set';
      readonly key?: CheckedKey;
      readonly statuses: readonly string[];
    }
  | {
      readonly kind: 'move';
      readonly sopClass: string;
      /** Default: an unknown destination. */
      readonly variant?: 'unknown' | 'known' | 'refusing' | 'cancel';
      readonly statuses: readonly string[];
    }
  | {
      readonly kind: 'get';
      readonly sopClass: string;
      readonly storageClass: string;
      /** Default: one instance. */
      readonly variant?: 'one' | 'all' | 'short PDUs' | 'lossy only' | 'added attributes' | 'character set';
      readonly characterSet?: string;
      /** What the statement says of lossy instances where the syntax is not accepted, or of added attributes. */
      readonly stated?: 'converted' | 'fails' | 'kept' | 'dropped';
      /** Tags that the statement says are coerced. */
      readonly coerced?: readonly string[];
    }
  /** A private class offered with the class that it specializes. PS3.7 D.3.3.6 */
  | { readonly kind: 'specialized class'; readonly general: string; readonly stated?: 'accepted' | 'refused' }
  | {
      readonly kind: 'procedure step';
      readonly variant: 'completed' | 'discontinued' | 'after the end' | 'twice' | 'unknown';
    }
  | { readonly kind: 'commitment'; readonly variant: 'stored' | 'unknown' | 'after a restart' }
  | {
      readonly kind: 'print';
      readonly variant:
        | 'printer'
        | 'film'
        | 'unknown format'
        | 'presentation LUT'
        | 'annotation'
        | 'print film'
        | 'print session'
        | 'lost';
      readonly mode: 'grayscale' | 'color';
      /** Image Display Format; default STANDARD\\1,1. */
      readonly format?: string;
    }
  /** What is told, logged or ordered in one message or a few. */
  | {
      readonly kind: 'order';
      readonly variant:
        | 'availability'
        | 'event log'
        | 'substance log'
        | 'unknown log'
        | 'media created'
        | 'media started'
        | 'media cancelled'
        | 'unknown media';
      readonly statuses: readonly string[];
    }
  /** Queries of other things than patients' instances. */
  | {
      readonly kind: 'special query';
      readonly sopClass: string;
      readonly variant: 'keys' | 'nothing' | 'invalid' | 'unknown destination';
      readonly keys: readonly string[];
      readonly statuses: readonly string[];
    }
  | {
      readonly kind: 'called';
      readonly operation: string;
      readonly sopClasses: readonly string[];
      /** What our side does when it is called. */
      readonly behaviour: Behaviour;
      /** The code of behaviour 'status'. */
      readonly status?: number;
      /** How long 'delay' and 'away' last. */
      readonly seconds?: number;
      /** The fault is made once, then our side answers: what was disturbed must come again, each object once. */
      readonly again?: boolean;
    };
