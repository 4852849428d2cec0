// Random questions to a real archive over C-FIND and QIDO-RS, and to the model: where the two differ.
import type { TestContext } from 'node:test';
import { createImagingPool } from '@concord/imaging/node';
import { type Association, connect, findOptions, listen, queryRetrieveSopClasses } from '@concord/network';
import { archiveServices } from '../../src/archive/handlers.ts';
import { createZone } from '../../src/settings/time-zones.ts';
import { startDicomweb } from '../archive.ts';
import { encoded, explicitVrLittleEndian, inPieces } from '../data-sets.ts';
import { attributes, type Entity, type Level, uniqueKeys } from './entities.ts';
import { hasWrongValue, isRefused } from './expected-refusals.ts';
import type { Agreed } from './matching.ts';
import { expectedRows, type Question } from './model.ts';
import { oddQuestion } from './odd-queries.ts';
import { oddStudies } from './odd-studies.ts';
import { createRandom, type Random } from './random.ts';
import { askByFind, askByWeb } from './wire.ts';

export interface Difference extends Pick<Asked, 'via' | 'question' | 'agreed'> {
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

interface Model {
  readonly sopClassUid: string;
  readonly rooted: readonly Level[];
}

const { patientRootFind, studyRootFind, patientStudyOnlyFind } = queryRetrieveSopClasses;
const models: readonly Model[] = [
  { sopClassUid: patientRootFind, rooted: ['PATIENT', 'STUDY', 'SERIES', 'IMAGE'] },
  { sopClassUid: studyRootFind, rooted: ['STUDY', 'SERIES', 'IMAGE'] },
  { sopClassUid: patientStudyOnlyFind, rooted: ['PATIENT', 'STUDY'] },
];
const where = '+0100';
const usual = 60;

export interface ComparingOptions {
  readonly seed: number;
  readonly patients: number;
  readonly questions: number;
}

export interface Comparison {
  /** Questions that something answers to, and those that are refused. */
  readonly answered: number;
  readonly refused: number;
  readonly differences: readonly Difference[];
}

/** Fills an archive and asks it; the archive ends with the test. */
export async function compareWithModel(t: TestContext, options: ComparingOptions): Promise<Comparison> {
  const random = createRandom(options.seed);
  const { patients, objects } = oddStudies(random, options.patients);
  const zone = createZone(where, Date.now);
  const imaging = createImagingPool({ threads: 1 });
  const web = await startDicomweb(t, { imaging, zone });
  t.after(() => imaging.close());
  for (const object of objects) {
    const dataSet = inPieces(encoded(object), 4096);
    const { status } = await web.archive.receive({
      dataSet,
      transferSyntaxUid: explicitVrLittleEndian,
      origin: { via: 'import' },
    });
    if (status.code !== 0) throw new Error(`not stored: ${JSON.stringify(status)}`);
  }
  const services = archiveServices({ archive: web.archive, imaging, destination: () => undefined, zone });
  const acceptor = await listen({
    host: '127.0.0.1',
    port: 0,
    // However slow the machine is: an association may wait for its turn.
    timeouts: { idle: 600, data: 600 },
    applicationEntities: [{ aeTitle: 'CONCORD', services: services.query('CONCORD', {}) }],
  });
  const open = createAssociations(acceptor.port);
  t.after(async () => {
    await open.close();
    await acceptor.close({ graceMs: 0 });
  });
  const asked: Asked[] = [];
  for (let at = 0; at < options.questions; at += 1)
    asked.push(
      random.chance(60) ? await byFind(random, patients, open.of) : await byWeb(random, patients, web.service),
    );
  const isRefusal = ({ expected: [first] }: Asked) => first?.startsWith('status ') === true;
  return {
    answered: asked.filter((each) => each.expected.length > 0 && !isRefusal(each)).length,
    refused: asked.filter(isRefusal).length,
    differences: asked.flatMap((each) => differenceOf(each) ?? []),
  };
}

interface Asked {
  readonly via: 'C-FIND' | 'QIDO-RS';
  readonly question: Question;
  readonly agreed: Agreed;
  readonly expected: readonly string[];
  readonly got: readonly string[];
}

function differenceOf({ expected, got, ...question }: Asked): Difference | undefined {
  const left = [...got];
  const missing = expected.filter((row) => {
    const at = left.indexOf(row);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return missing.length + left.length === 0 ? undefined : { ...question, missing, extra: left };
}

type Opened = (agreed: Agreed) => Promise<Association>;

async function byFind(random: Random, patients: readonly Entity[], opened: Opened): Promise<Asked> {
  const agreed: Agreed = {
    relational: random.chance(40),
    combinedDateTime: random.chance(30),
    fuzzyPersonNames: random.chance(20),
    timezone: random.chance(20),
    emptyValues: false,
    multipleValues: false,
  };
  const { sopClassUid, rooted } = random.pick(models);
  const level = random.pick(rooted);
  const question = oddQuestion(patients, { ...agreed, random, level, rooted, forWeb: false, multipleValues: false });
  const expected = isRefused(question, agreed, rooted)
    ? ['status a900']
    : expectedRows(patients, { question, agreed, usual });
  const got = await askByFind(await opened(agreed), sopClassUid, question);
  return { via: 'C-FIND', question, agreed, expected, got };
}

async function byWeb(random: Random, patients: readonly Entity[], service: string): Promise<Asked> {
  const agreed: Agreed = {
    relational: true,
    combinedDateTime: true,
    fuzzyPersonNames: random.chance(30),
    timezone: random.chance(20),
    emptyValues: random.chance(40),
    multipleValues: random.chance(30),
  };
  const rooted: readonly Level[] = ['STUDY', 'SERIES', 'IMAGE'];
  const level = random.pick(rooted);
  const asked = oddQuestion(patients, { ...agreed, random, level, rooted, forWeb: true });
  const question = { ...asked, keys: { ...asked.keys, [uniqueKeys[level]]: asked.keys[uniqueKeys[level]] ?? [] } };
  const isOpen = question.zone === '';
  const expected = hasWrongValue(question)
    ? ['status 400']
    : expectedRows(patients, { question, agreed: { ...agreed, timezone: !isOpen }, usual });
  const got = await askByWeb(service, question, agreed);
  return { via: 'QIDO-RS', question, agreed, expected, got };
}

/** One for each combination of what is negotiated. */
function createAssociations(port: number) {
  const open = new Map<string, Promise<Association>>();
  const address = { host: '127.0.0.1', port, calledAeTitle: 'CONCORD', callingAeTitle: 'ORACLE' };
  const of: Opened = ({ relational, combinedDateTime, fuzzyPersonNames, timezone }) => {
    const flags = { relational, combinedDateTime, fuzzyPersonNames, timezone };
    const name = JSON.stringify(flags);
    const extendedNegotiation = findOptions.encode(flags);
    const association =
      open.get(name) ??
      connect(
        address,
        models.map(({ sopClassUid }) => ({
          abstractSyntax: sopClassUid,
          transferSyntaxes: [explicitVrLittleEndian],
          extendedNegotiation,
        })),
      );
    open.set(name, association);
    return association;
  };
  return {
    of,
    close: async () => void (await Promise.all([...open.values()].map(async (one) => (await one).release()))),
  };
}

/** A difference as a person reads it. */
export const described = ({ via, question, agreed, missing, extra }: Difference): string => {
  const options = Object.entries(agreed).flatMap(([name, on]) => (on ? [name] : []));
  const keys = Object.entries(question.keys).map(
    ([keyword, values]) => `${keyword}(${attributes[keyword]?.vr})=${JSON.stringify(values)}`,
  );
  const lines = [
    `${via} ${question.level} ${options.join(' ')} zone=${question.zone} ${keys.join(' ')} ${JSON.stringify(question.nested)}`,
    ...missing.map((row) => `  missing: ${row}`),
    ...extra.map((row) => `  extra:   ${row}`),
  ];
  return lines.slice(0, 8).join('\n');
};
