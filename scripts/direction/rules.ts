// Which room may import which: the table of CONTRIBUTING.md, executable.
import type { Edge, Graph, Room } from './graph.ts';

/** What a rule says against one import; `undefined` where it has nothing to say. */
type Rule = (edge: Edge, graph: Graph) => string | undefined;

/** Rooms that a room's product code and tests may import, besides itself. */
const may: Readonly<Record<string, readonly string[]>> = {
  'packages/dicom': [],
  'packages/network': ['packages/dicom'],
  'packages/imaging': ['packages/dicom'],
  'packages/media': ['packages/dicom'],
  'packages/conformance': ['packages/dicom', 'packages/network'],
  'apps/server': ['packages/dicom', 'packages/network', 'packages/imaging', 'packages/media', 'packages/conformance'],
  'apps/web': ['packages/dicom', 'packages/imaging', 'apps/server'],
  'apps/cli': [
    'packages/dicom',
    'packages/network',
    'packages/imaging',
    'packages/media',
    'packages/conformance',
    'apps/server',
  ],
};

/** Parts of the network package, and which of its parts each may import. */
const networkParts: Readonly<Record<string, readonly string[]>> = {
  state: [],
  pdu: [],
  dimse: ['pdu'],
  service: ['dimse'],
  association: ['service', 'state', 'dimse', 'pdu'],
  services: ['service', 'association', 'dimse'],
};

const roles = ['archive', 'worklist', 'performed-procedure', 'print', 'medication', 'modality', 'import'];
const faces = ['dicomweb', 'hl7', 'administration', 'audit', 'sign-in', 'web'];
const foundations = ['settings', 'database', 'objects', 'jobs'];

const roomOf = (path: string) => (path.startsWith('scripts/') ? 'scripts' : path.split('/').slice(0, 2).join('/'));
const isTest = (path: string) =>
  /\.test\.tsx?$/.test(path) || path.includes('/testing/') || path.startsWith('scripts/');
const isTesting = (path: string) => path.includes('/testing/') || /\.test\.tsx?$/.test(path);
const networkPart = (path: string) => /^packages\/network\/src\/([^/.]+)/.exec(path)?.[1] ?? '';
const serverPart = (path: string) => /^apps\/server\/src\/([^/.]+)\//.exec(path)?.[1] ?? '';
const fileOf = ({ target }: Edge) => (target.kind === 'file' ? target.path : undefined);

const direction: Rule = (edge) => {
  const to = fileOf(edge);
  const [here, there] = [roomOf(edge.from), to && roomOf(to)];
  if (!there || here === there || here === 'scripts') return undefined;
  if (there === 'scripts') return 'nothing imports scripts/';
  if (!may[here]?.includes(there)) return `${here} may import only ${may[here]?.join(', ') || 'itself'}`;
  return here === 'apps/web' && there === 'apps/server' && !edge.typeOnly
    ? 'apps/web takes only types from apps/server'
    : undefined;
};

const door: Rule = (edge) => {
  const to = fileOf(edge);
  if (!to || roomOf(to) === roomOf(edge.from)) return undefined;
  if (edge.target.kind === 'file' && edge.target.byPackageName) return undefined;
  const testMaterial = isTest(edge.from) && isTesting(to);
  return testMaterial || roomOf(edge.from) === 'scripts'
    ? undefined
    : 'another package is imported by its name, through its door';
};

const productCode: Rule = (edge) => {
  const to = fileOf(edge);
  return to && isTesting(to) && !isTest(edge.from) ? 'product code imports no tests and no testing/' : undefined;
};

const pure: Rule = ({ from, target }) => {
  if (target.kind !== 'builtin' || isTest(from)) return undefined;
  const browser = /^(packages\/dicom\/|packages\/imaging\/src\/(?!node\/)|apps\/web\/src\/)/.test(from);
  return browser ? 'runs in a browser: no Node.js built-ins here' : undefined;
};

const declared: Rule = ({ from, target }, { rooms, developmentDependencies }) => {
  if (target.kind !== 'dependency') return undefined;
  const room: Room | undefined = rooms.find(({ path }) => path === roomOf(from));
  if (room?.dependencies.has(target.name)) return undefined;
  if (isTest(from) && developmentDependencies.has(target.name)) return undefined;
  return `${target.name} is not among the dependencies of ${roomOf(from)}`;
};

const network: Rule = (edge) => {
  const to = fileOf(edge);
  if (!to || isTest(edge.from)) return undefined;
  const [here, there] = [networkPart(edge.from), networkPart(to)];
  const allowed = networkParts[here];
  if (!allowed || here === there || !(there in networkParts) || allowed.includes(there)) return undefined;
  return `within packages/network, ${here} may import only ${allowed.join(', ') || 'itself'}`;
};

const server: Rule = (edge) => {
  const to = fileOf(edge);
  if (!to || isTest(edge.from)) return undefined;
  const [here, there] = [serverPart(edge.from), serverPart(to)];
  if (here === there || roomOf(to) !== 'apps/server') return undefined;
  if (roles.includes(here) && roles.includes(there))
    return 'one role does not import another: roles meet in rows, jobs or main.ts';
  if (roles.includes(here) && faces.includes(there)) return 'a role knows no face: faces import roles';
  if (foundations.includes(here) && [...roles, ...faces].includes(there))
    return `${here}/ serves every role and knows none`;
  return undefined;
};

const found: Rule = ({ target, specifier }) =>
  target.kind === 'missing' ? `${specifier} leads to no file and no door of a package` : undefined;

/** Every rule by its name. */
export const rules: Readonly<Record<string, Rule>> = {
  direction,
  door,
  'product-code': productCode,
  pure,
  'declared-dependency': declared,
  network,
  server,
  found,
};
