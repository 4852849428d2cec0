// What a statement says, as the comparator needs it: three-valued, with the place of each fact. What is missing is unknown.

/** A part that is described, that the statement says is not there, or of which it says nothing. */
export type Stated<T> = { readonly state: 'described'; readonly value: T } | { readonly state: 'none' | 'unknown' };

export interface StatusFact {
  readonly status: string;
  readonly code: string;
  readonly meaning: string;
  readonly behavior: string;
  readonly path: string;
}

export interface KeyFact {
  readonly level: string;
  readonly attribute: string;
  readonly tag: string;
  readonly type: string;
  readonly matching: readonly string[];
  readonly returned: boolean | undefined;
  readonly path: string;
}

/** What one SOP Class, or several alike, do in an operation. */
export interface ConformanceFact {
  readonly path: string;
  readonly operation: string;
  readonly ourRole: 'SCU' | 'SCP' | undefined;
  readonly sopClasses: readonly string[];
  readonly statuses: readonly StatusFact[];
  readonly keys: readonly KeyFact[];
  readonly lossyOnly: string | undefined;
  readonly description: string;
}

export type Role = 'SCU' | 'SCP' | 'BOTH' | 'unknown';

/** An abstract syntax that an activity proposes or accepts, all its rows together. */
export interface Offer {
  readonly uid: string;
  readonly name: string;
  readonly role: Role;
  /** The transfer syntaxes of each context that is proposed; none: not stated. */
  readonly contexts: readonly (readonly string[])[];
  /** All of them, each once, in their order. */
  readonly syntaxes: ReadonlySet<string>;
  /** Texts of the notes on extended negotiation. */
  readonly negotiation: readonly string[];
  readonly commonExtendedNegotiation: boolean;
  /** Its transfer syntaxes are not stated: a run has seen them. */
  readonly observed: boolean;
  readonly conformance: readonly ConformanceFact[];
  readonly path: string;
  readonly activity: ActivityView;
}

export interface ActivityView {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly ae: EntityView;
  /** Of an acceptor: how it chooses among the syntaxes of a context. */
  readonly selection: string;
  /** Of an initiator: what it does where several contexts are accepted. */
  readonly choice: string | undefined;
  readonly fallback: string | undefined;
  readonly offers: readonly Offer[];
}

export interface SopClassFact {
  readonly uid: string;
  readonly name: string;
  readonly scu: boolean | undefined;
  readonly scp: boolean | undefined;
  readonly type: string | undefined;
  readonly basedOn: string | undefined;
  readonly path: string;
}

export interface SideView {
  readonly path: string;
  /** Associations at a time; Infinity: as many as are asked for. */
  readonly associations: number | undefined;
  readonly rejections: readonly {
    readonly result: string;
    readonly source: string;
    readonly reason: string;
    readonly explanation: string;
  }[];
  readonly activities: readonly ActivityView[];
}

export interface EntityView {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly title: string | undefined;
  readonly port: number | undefined;
  readonly applicationContext: string | undefined;
  readonly asynchronous: { readonly initiator: number | undefined; readonly acceptor: number | undefined };
  readonly implementation: { readonly classUid: string | undefined; readonly versionName: string | undefined };
  readonly sopClasses: readonly SopClassFact[];
  readonly initiation: Stated<SideView>;
  readonly acceptance: Stated<SideView>;
}

export interface ParameterFact {
  readonly scope: string;
  readonly name: string;
  readonly value: string;
  readonly unit: string | undefined;
  readonly path: string;
}

export interface AttributeFact {
  readonly tag: string;
  readonly attribute: string;
  readonly path: string;
}

export interface ProfileFact {
  readonly name: string;
  readonly type: string;
  readonly basedOn: string | undefined;
  readonly medium: string | undefined;
  readonly format: string | undefined;
  readonly roles: readonly string[];
  readonly sopClasses: readonly { readonly uid: string; readonly syntaxes: readonly string[]; readonly path: string }[];
  readonly path: string;
}

export interface SecurityFact {
  readonly profile: string;
  readonly actor: string;
  readonly selection: string;
  readonly features: string;
  readonly path: string;
}

export interface IdentityFact {
  readonly type: string;
  readonly direction: string;
  readonly effect: string;
  readonly positiveResponse: boolean | undefined;
  readonly path: string;
}

export interface CharacterSetFact {
  readonly terms: readonly string[];
  readonly services: readonly string[];
  readonly direction: 'received' | 'sent' | 'both';
}

/** A statement as far as it could be read. */
export interface StatementView {
  /** `Product 1.2`. */
  readonly label: string;
  readonly edition: string;
  readonly digest: string;
  /** What keeps it from being a whole statement; it was read all the same. */
  readonly faults: readonly { readonly path: string; readonly message: string }[];
  readonly networking: Stated<readonly EntityView[]>;
  readonly parameters: readonly ParameterFact[];
  readonly addresses: { readonly ipv4: boolean | undefined; readonly ipv6: boolean | undefined };
  readonly managementProfiles: readonly string[];
  readonly characterSets: Stated<{
    readonly sets: readonly CharacterSetFact[];
    readonly unsupported: string | undefined;
  }>;
  readonly security: Stated<{
    readonly profiles: readonly SecurityFact[];
    readonly identities: readonly IdentityFact[];
    /** What becomes of Digital Signatures, as the text says. */
    readonly signatures?: { readonly preserved: string; readonly verified: string } | undefined;
  }>;
  readonly media: Stated<readonly ProfileFact[]>;
  readonly createdObjects: Stated<
    readonly {
      readonly sopClass: string;
      readonly attributes: readonly (AttributeFact & { readonly presence: string })[];
      readonly path: string;
    }[]
  >;
  readonly attributeUsage: Stated<
    readonly (AttributeFact & { readonly application: string; readonly ifMissing: string })[]
  >;
  readonly coercion: Stated<readonly (AttributeFact & { readonly condition: string })[]>;
  /** Attributes that go from one SOP Class into another. */
  readonly attributeMapping?: Stated<
    readonly (AttributeFact & { readonly from: string; readonly to: string; readonly conversion: string })[]
  >;
  readonly contextGroups: readonly { readonly context: string; readonly valueSet: string; readonly path: string }[];
  /** Templates of structured reports, written or interpreted. */
  readonly templates: readonly { readonly identifier: string; readonly name: string; readonly path: string }[];
  readonly privateCodes: readonly { readonly code: string; readonly meaning: string; readonly path: string }[];
  readonly grayscale: string | undefined;
}
