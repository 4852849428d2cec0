// Media that one side writes and the other reads, by application profile. PS3.2 A.5; PS3.11
import { names } from './syntaxes.ts';
import { type Reason, type Verdict, verdictOf } from './verdict.ts';
import type { ProfileFact, StatementView } from './view.ts';

export interface MediaRow {
  readonly profile: string;
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
}

const writes = ({ roles }: ProfileFact): boolean => roles.includes('FSC') || roles.includes('FSU');
const reads = ({ roles }: ProfileFact): boolean => roles.includes('FSR') || roles.includes('FSU');

/** A profile that reads what this one writes: the same, or the standard one that it adds to. */
function readerOf(writer: ProfileFact, readers: readonly ProfileFact[]): ProfileFact | undefined {
  return (
    readers.find(({ name }) => name === writer.name) ??
    readers.find(({ name, basedOn }) => name === writer.basedOn || basedOn === writer.name)
  );
}

function classReasons(writer: ProfileFact, reader: ProfileFact): readonly Reason[] {
  return writer.sopClasses.flatMap(({ uid, syntaxes, path }): readonly Reason[] => {
    const found = reader.sopClasses.find((each) => each.uid === uid);
    if (!found)
      return [
        {
          code: 'media-class-not-read',
          severity: 'limit',
          text: `${names([uid])} is written and not read.`,
          initiator: path,
          acceptor: reader.path,
        },
      ];
    const missing = syntaxes.filter((syntax) => !found.syntaxes.includes(syntax));
    if (missing.length === 0) return [];
    return [
      {
        code: 'media-syntax-not-read',
        severity: 'limit',
        text: `${names([uid])} is written in syntaxes that are not read: ${names(missing)}.`,
        initiator: path,
        acceptor: found.path,
      },
    ];
  });
}

function reasonsFor(writer: ProfileFact, reader: ProfileFact): readonly Reason[] {
  const paths = { initiator: writer.path, acceptor: reader.path };
  const differing = (['medium', 'format'] as const).filter(
    (name) => writer[name] !== undefined && reader[name] !== undefined && writer[name] !== reader[name],
  );
  return [
    ...differing.map(
      (name): Reason => ({
        code: 'media-format',
        severity: 'cannot',
        text: `Different ${name}: ${writer[name]} and ${reader[name]}.`,
        ...paths,
      }),
    ),
    ...(writer.name !== reader.name
      ? [
          {
            code: 'media-augmented',
            severity: 'limit',
            text: `${writer.name} is written and ${reader.name} is read: what the one adds may be ignored.`,
            ...paths,
          } as const,
        ]
      : []),
    ...classReasons(writer, reader),
  ];
}

const none = (writer: ProfileFact, reader: StatementView): Reason => {
  const unknown = reader.media.state === 'unknown';
  return {
    code: unknown ? 'media-not-stated' : 'media-not-read',
    severity: unknown ? 'unknown' : 'cannot',
    text: unknown
      ? `${reader.label} does not state which media it reads.`
      : `${reader.label} does not read media of ${writer.name}.`,
    initiator: writer.path,
    acceptor: '/media',
    ...(unknown && { ask: 'acceptor' as const }),
  };
};

/** Each profile that `writer` writes. */
export function compareMedia(writer: StatementView, reader: StatementView): readonly MediaRow[] {
  if (writer.media.state !== 'described') return [];
  const readers = reader.media.state === 'described' ? reader.media.value.filter(reads) : [];
  return writer.media.value.filter(writes).map((profile) => {
    const found = readerOf(profile, readers);
    const reasons = found ? reasonsFor(profile, found) : [none(profile, reader)];
    return { profile: profile.name, verdict: verdictOf(reasons), reasons };
  });
}
