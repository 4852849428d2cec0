// What a machine does to decide a test item: data only, so that a plan can be kept, read and changed.

/** A context that is proposed alone or with others, and the answer that the statement foretells. */
export interface ExpectedContext {
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
  /** Proposed by role selection; absent: SCU. */
  readonly role?: 'SCP' | 'BOTH';
  /** One of these is accepted; empty: the context is refused. */
  readonly accepted: readonly string[];
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

/** What our side does wrong before it looks whether the system is still there. */
export type RecoveryFault =
  | 'silence'
  | 'abort'
  | 'cut'
  | 'garbage'
  | 'half a PDU'
  | 'abort in a data set'
  | 'cut in a data set';

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
  | { readonly kind: 'recovery'; readonly fault: RecoveryFault; readonly sopClass?: string }
  | {
      readonly kind: 'store';
      readonly sopClass: string;
      readonly transferSyntax: string;
      readonly variant: 'plain' | 'class mismatch' | 'again' | 'character set' | 'many';
      /** Statuses that the statement lists for it; `*` any. */
      readonly statuses: readonly string[];
    }
  | {
      readonly kind: 'find';
      readonly sopClass: string;
      readonly variant: 'key' | 'nothing' | 'invalid' | 'cancel';
      readonly key?: CheckedKey;
      readonly statuses: readonly string[];
    }
  | { readonly kind: 'move'; readonly sopClass: string; readonly statuses: readonly string[] }
  | { readonly kind: 'get'; readonly sopClass: string; readonly storageClass: string }
  | {
      readonly kind: 'procedure step';
      readonly variant: 'completed' | 'discontinued' | 'after the end' | 'twice' | 'unknown';
    }
  | { readonly kind: 'commitment'; readonly variant: 'stored' | 'unknown' }
  | { readonly kind: 'print'; readonly variant: 'printer' | 'film'; readonly mode: 'grayscale' | 'color' }
  | {
      readonly kind: 'called';
      readonly operation: string;
      readonly sopClasses: readonly string[];
      /** What our side does when it is called. */
      readonly behaviour: 'answer' | 'refuse contexts' | 'failure status' | 'warning status' | 'abort' | 'silence';
    };
