// Service-class application information that is a row of flags, one byte each. PS3.4 C.5.1.1, C.5.2.1, K.5.1.

/** A row of flags: how it is written, read and answered. A flag beyond the end counts as not set. */
export interface Flags<Name extends string> {
  encode(values: Readonly<Partial<Record<Name, boolean>>>): Uint8Array;
  decode(information: Uint8Array | undefined): Readonly<Record<Name, boolean>>;
  /** Says yes to what was offered and is supported; as many bytes as were offered. For `Service.extendedNegotiation`. */
  answer(supported: Readonly<Partial<Record<Name, boolean>>>): (sopClassUid: string, offered: Uint8Array) => Uint8Array;
}

/** @param always names of bytes that are 1 whatever is supported */
export function flags<const Name extends string>(names: readonly Name[], always: readonly Name[] = []): Flags<Name> {
  const set = (name: Name, wanted: boolean | undefined): number => (always.includes(name) || wanted ? 1 : 0);
  return {
    encode: (values) => Uint8Array.from(names, (name) => set(name, values[name])),
    decode: (information) => {
      const decoded = names.map((name, index) => [name, information?.[index] === 1] as const);
      return Object.fromEntries(decoded) as Record<Name, boolean>;
    },
    answer: (supported) => (_sopClassUid, offered) =>
      Uint8Array.from(offered.subarray(0, names.length), (value, index) => {
        const name = names[index];
        return name !== undefined && value === 1 ? set(name, supported[name]) : 0;
      }),
  };
}
