// Queries and retrieval as one application entity declares them: what its policy changes of what is answered. PS3.2 A.4.2.x.4
import { parseTag, tagOf } from '@concord/dicom';
import type { Operation, Service } from '@concord/network';
import type { Configuration } from '../settings/settings.ts';
import { statusesUnder } from './outcome.ts';
import type { QueryPolicy } from './query-policy.ts';
import type { RetrievePolicy } from './retrieve-policy.ts';

type Statuses = Readonly<Record<number, string>>;

/** The declaration with other statuses of an operation, and with a sentence more. */
function changed(
  declaration: Service,
  operation: Operation,
  statuses: Statuses,
  sentences: readonly string[],
): Service {
  const { text, operations } = declaration;
  return {
    ...declaration,
    operations: { ...operations, [operation]: { ...operations[operation], statuses } },
    ...(text && { text: { ...text, description: [text.description, ...sentences].join(' ') } }),
  };
}

const statusesOf = ({ operations }: Service, operation: Operation): Statuses => operations[operation]?.statuses ?? {};

const without = (statuses: Statuses, code: number): Statuses =>
  Object.fromEntries(Object.entries(statuses).filter(([each]) => Number(each) !== code));

/** Storage with the statuses that the settings choose for failures. */
export const storageUnder = (declaration: Service, failures: Configuration['storeFailures']): Service =>
  changed(declaration, 'C-STORE', statusesUnder(failures), []);

/** A query whose keys of `neverMatched` are only answered, and which answers C001 only where open queries are refused. */
export function queryUnder(declaration: Service, { openQueries, neverMatched = [] }: QueryPolicy): Service {
  const silent = new Set(neverMatched.flatMap((text) => parseTag(text) ?? []));
  const keys = declaration.keys?.map((key) =>
    silent.has(tagOf(key.keyword)) ? { ...key, matched: false as const } : key,
  );
  const refuses = openQueries === 'refuse';
  const statuses = statusesOf(declaration, 'C-FIND');
  const sentence =
    "A query at the root of its model in which neither the patient's ID and name nor, in the Study Root model, a date, a number, a UID, a referring physician or a description of the study has a value is refused.";
  return {
    ...changed(declaration, 'C-FIND', refuses ? statuses : without(statuses, 0xc001), refuses ? [sentence] : []),
    ...(keys && { keys }),
  };
}

/** A move or get with what it does about sub-operations that fail. */
export function retrieveUnder(declaration: Service, operation: 'C-MOVE' | 'C-GET', policy: RetrievePolicy): Service {
  const { afterFailure = 'continue', partlyFailed = 'B000', withoutRequester = 'stop' } = policy;
  const statuses = statusesOf(declaration, operation);
  const sentences = [
    afterFailure === 'stop'
      ? 'After the first sub-operation that fails nothing more is sent.'
      : 'A sub-operation that fails does not end the others.',
    ...(operation === 'C-MOVE'
      ? [
          withoutRequester === 'continue'
            ? 'When the association of the request ends, sending goes on.'
            : 'When the association of the request ends, so does sending.',
        ]
      : []),
  ];
  const all = 'sub-operations failed';
  return changed(
    declaration,
    operation,
    partlyFailed === 'A702'
      ? { ...without(statuses, 0xb000), 0xa702: `one or more ${all}` }
      : { ...statuses, 0xa702: `all ${all}` },
    sentences,
  );
}
