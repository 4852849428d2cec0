// A run as a document: what it was, how it ended, every item with what was expected, seen and exchanged. PS3.2 6
import { type Block, type StatementDocument, section, table } from '../document/document.ts';
import type { CleanUp } from './clean-up.ts';
import type { ExchangedAssociation } from './evidence.ts';
import { results as kinds } from './outcome.ts';
import type { CalledTarget, ItemResult, RunReport } from './run.ts';

const signs = {
  passed: '✓ passed',
  failed: '✗ failed',
  inconclusive: '? inconclusive',
  blocked: '– blocked',
  'not automatable': '– by hand',
  'not run': '– not run',
} as const;

function exchanged({ openedBy, accepted, refused, messages, end, milliseconds }: ExchangedAssociation): string {
  const said = messages.slice(0, 10).map(({ operation, by, status }) => `${operation} by ${by} ${status}`);
  const more = messages.length > 10 ? `, and ${messages.length - 10} more` : '';
  return `association opened by ${openedBy}, ${accepted} contexts accepted, ${refused} refused; ${said.join(', ') || 'no message'}${more}; ${end} (${milliseconds} ms)`;
}

const rowOf = (each: ItemResult): readonly string[] => [
  each.title,
  signs[each.result],
  each.expected,
  [each.observed, ...(each.differences ?? [])].join('\n'),
  [...each.notes, ...each.associations.slice(0, 5).map(exchanged)].join('\n'),
];

const calledWords = ({ calledAeTitle, host, port, callingAeTitle, tls }: CalledTarget): string =>
  `${calledAeTitle} at ${host}:${port}, called as ${callingAeTitle}${tls ? ' over TLS' : ''}`;

const columns = ['Item', 'Result', 'Expected', 'Observed', 'Exchanged'];

function leftBehind({ leftBehind: left, cleanUp, traces = [] }: RunReport): readonly Block[] {
  const why = new Map(cleanUp?.kept.map((each) => [each.sopInstanceUid, each.why]));
  const studies = Map.groupBy(left, ({ studyInstanceUid }) => studyInstanceUid);
  const rows = [...studies].map(([study, some]) => [
    some[0]?.patientId ?? '',
    study,
    String(some.length),
    [...new Set(some.map(({ sopInstanceUid }) => why.get(sopInstanceUid) ?? "by the system's own means"))].join('; '),
  ]);
  const head = ['Patient ID', 'Study Instance UID', 'Instances', 'Why it is there still'];
  return [
    ...(cleanUp ? [{ kind: 'paragraph', text: cleanedWords(cleanUp) } as const] : []),
    left.length === 0
      ? { kind: 'paragraph', text: 'No test instance was left on the system.' }
      : table('left', 'To be deleted on the system', head, rows),
    ...(traces.length > 0
      ? ([
          { kind: 'paragraph', text: 'Besides instances, the run made what no interface deletes:' },
          { kind: 'list', items: traces },
        ] as const)
      : []),
  ];
}

const cleanedWords = ({ by, deleted, notFound, kept }: CleanUp): string =>
  `The run cleaned up by ${by}: ${deleted} of its instances deleted, ${notFound} not found, ${kept.length} there still.`;

/** The document of a run. */
export function reportDocument(report: RunReport): StatementDocument {
  const { system, partner, target, entities = [], startedAt, endedAt, tester, counts, results, dryRun, plan } = report;
  const title = `Interoperability test: ${system.label}${partner ? ` with ${partner.label}` : ''}`;
  const summary = kinds.filter((kind) => counts[kind] > 0).map((kind) => `${counts[kind]} ${kind}`);
  const failed = results.filter(({ result }) => result === 'failed' || result === 'inconclusive');
  const services = [...Map.groupBy(results, ({ service }) => service)];
  return {
    title,
    cover: [
      title,
      `${calledWords(target)}, ${startedAt} to ${endedAt}, by ${tester}.`,
      ...entities.map(({ entity, ...where }) => `Entity ${entity}: ${calledWords(where)}.`),
      `Plan ${plan.slice(0, 16)}, statement ${system.digest.slice(0, 16)}.`,
      ...(dryRun ? ['Dry run: nothing was sent.'] : []),
      'This is the result of an interoperability test of the named system on one day. It is no certificate of conformance.',
    ],
    banner: `${title} · ${startedAt.slice(0, 10)}`,
    sections: [
      section('1', 'Result', {
        anchor: 'result',
        blocks: [
          { kind: 'paragraph', text: `${results.length} items: ${summary.join(', ')}.` },
          ...(failed.length > 0 ? [table('failed', 'Failed and inconclusive', columns, failed.map(rowOf))] : []),
        ],
      }),
      ...services.map(([service, some], index) =>
        section(String(index + 2), service, {
          anchor: `service-${index + 1}`,
          blocks: [table(`results-${index + 1}`, `Results: ${service}`, columns, some.map(rowOf))],
        }),
      ),
      section(String(services.length + 2), 'Test data', { anchor: 'left-behind', blocks: leftBehind(report) }),
    ],
  };
}
