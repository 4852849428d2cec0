// Two statements side by side, both directions: where the systems can work together, where not, why, and what to ask. PS3.2 6

import { provenanceIn } from '../model/provenance.ts';
import { contentReasons } from './contents.ts';
import { compareLinks, type Link } from './links.ts';
import { compareMedia, type MediaRow } from './media.ts';
import { type ObservingReport, observedSyntaxes, withObservations } from './observed-facts.ts';
import { comparePairs, type Pair } from './pairs.ts';
import { readView } from './read-view.ts';
import { withSources } from './sources.ts';
import { type Reason, verdictOf } from './verdict.ts';
import type { StatementView } from './view.ts';
import { type WorkSheetLine, workSheetOf } from './work-sheet.ts';
import { compareWorkflows, type Workflow } from './workflows.ts';

/** One of the systems. */
export interface ComparedSystem {
  readonly label: string;
  readonly edition: string;
  /** Of the statement that was compared: another digest, another comparison. */
  readonly digest: string;
  /** What keeps its statement from being whole. */
  readonly faults: StatementView['faults'];
}

/** One side opens the associations. */
export interface ComparedDirection {
  readonly initiator: string;
  readonly acceptor: string;
  readonly pairs: readonly Pair[];
  /** Proposals that were left out because there are too many. */
  readonly omitted: number;
  readonly links: readonly Link[];
  readonly contents: readonly Reason[];
  readonly media: readonly MediaRow[];
  readonly workflows: readonly Workflow[];
}

/** Something that a statement does not say. */
export interface Question {
  /** Whose maker is asked. */
  readonly of: string;
  readonly text: string;
  readonly remedy?: string;
}

export interface Comparison {
  readonly format: 'concord-comparison-1';
  readonly systems: readonly [ComparedSystem, ComparedSystem];
  /** The first opens associations with the second; the second with the first. */
  readonly directions: readonly [ComparedDirection, ComparedDirection];
  readonly questions: readonly Question[];
  readonly workSheet: readonly WorkSheetLine[];
}

/** What ends or endangers every association between two entities does so for each of their pairs. */
function withLinks(pairs: readonly Pair[], links: readonly Link[]): readonly Pair[] {
  const grave = links.filter(({ verdict }) => verdict === 'cannot' || verdict === 'unknown');
  if (grave.length === 0) return pairs;
  return pairs.map((pair) => {
    const link = grave.find(
      ({ initiator, acceptor }) => initiator.ae === pair.initiator.ae && acceptor.ae === pair.acceptor?.ae,
    );
    const more = link?.reasons.filter(({ severity }) => severity === 'cannot' || severity === 'unknown') ?? [];
    const reasons = [...pair.reasons, ...more];
    return more.length === 0 ? pair : { ...pair, reasons, verdict: verdictOf(reasons) };
  });
}

function directionOf(initiator: StatementView, acceptor: StatementView): ComparedDirection {
  const { pairs: bare, omitted } = comparePairs(initiator, acceptor);
  const links = compareLinks(initiator, acceptor);
  const pairs = withLinks(bare, links);
  const media = compareMedia(initiator, acceptor);
  return {
    initiator: initiator.label,
    acceptor: acceptor.label,
    pairs,
    omitted,
    links,
    contents: contentReasons(initiator, acceptor),
    media,
    workflows: compareWorkflows(pairs, media),
  };
}

/** Every reason of a direction. */
export const reasonsOf = ({ pairs, links, contents, media }: ComparedDirection): readonly Reason[] => [
  ...pairs.flatMap(({ reasons }) => reasons),
  ...links.flatMap(({ reasons }) => reasons),
  ...contents,
  ...media.flatMap(({ reasons }) => reasons),
];

function questionsOf(directions: readonly ComparedDirection[]): readonly Question[] {
  const questions = new Map<string, Question>();
  for (const direction of directions)
    for (const { ask, text, remedy } of reasonsOf(direction))
      if (ask)
        questions.set(`${ask} ${direction[ask]} ${text}`, {
          of: direction[ask],
          text,
          ...(remedy !== undefined && { remedy }),
        });
  return [...questions.values()];
}

const systemOf = ({ label, edition, digest, faults }: StatementView): ComparedSystem => ({
  label,
  edition,
  digest,
  faults,
});

/** With what runs have seen; it stays the statement with its own digest. */
function observedView(statement: unknown, reports: readonly ObservingReport[]): StatementView {
  const view = readView(statement);
  const seen = observedSyntaxes(reports, view.digest);
  return seen.size === 0 ? view : { ...readView(withObservations(statement, seen)), digest: view.digest };
}

/**
 * Compares any two JSON values as statements: generated, imported, or observed. What a statement lacks is unknown, and
 * unknown is never counted as can, unless one of the runs `observed` about that statement has decided it. Does not throw.
 */
export function compareStatements(
  first: unknown,
  second: unknown,
  observed: readonly ObservingReport[] = [],
): Comparison {
  const [one, two] = [observedView(first, observed), observedView(second, observed)];
  const [oneFrom, twoFrom] = [provenanceIn(first), provenanceIn(second)];
  const directions = [
    withSources(directionOf(one, two), oneFrom, twoFrom),
    withSources(directionOf(two, one), twoFrom, oneFrom),
  ] as const;
  return {
    format: 'concord-comparison-1',
    systems: [systemOf(one), systemOf(two)],
    directions,
    questions: questionsOf(directions),
    workSheet: directions.flatMap((direction) => workSheetOf(direction)),
  };
}

/** Whether one of the statements is another than when they were compared. */
export const isOutOfDate = ({ systems }: Pick<Comparison, 'systems'>, statements: readonly unknown[]): boolean =>
  systems.some(({ digest }, index) => readView(statements[index]).digest !== digest);
