// Where the entities of a plan are: one system for all of them, or each at a title and port of its own. PS3.2 A.4.4.1
import type { EntityTarget, Plan, Target } from '@concord/conformance';
import { CliError } from '../cli-error.ts';
import { type Peer, parsePeer } from '../peer.ts';

interface Named {
  readonly entity?: string;
  readonly peer: Peer;
}

const known = (plan: Plan): string => plan.entities.map(({ id }) => id).join(', ') || 'none';

/** `AE@host:port`, or `entity=AE@host:port` where the plan has that entity. An AE title may hold "=" as well. */
function readNamed(text: string, plan: Plan): Named {
  const [, entity = '', rest = ''] = /^([^=@]+)=(.*)$/.exec(text) ?? [];
  const isEntity = plan.entities.some(({ id }) => id === entity);
  if (entity !== '' && !isEntity && plan.entities.length > 1)
    throw new CliError('usage', `the plan has no entity "${entity}" that is called (there: ${known(plan)})`);
  const peer = parsePeer(isEntity ? rest : text);
  if (!peer) throw new CliError('usage', `"${text}" is no system: write AE@host:port, or entity=AE@host:port`);
  return { ...(isEntity && { entity }), peer };
}

/** What all targets share: our title, TLS, the user. */
type Shared = Pick<Target, 'callingAeTitle' | 'tls' | 'identity'>;

const targetOf = ({ aeTitle, host, port }: Peer, shared: Shared): Target => ({
  host,
  port,
  calledAeTitle: aeTitle,
  ...shared,
});

/** The targets that arguments name. @throws CliError `usage` where one is none, or an entity is left without a place */
export function targetsOf(
  texts: readonly string[],
  plan: Plan,
  shared: Shared,
): { readonly target: Target; readonly entities: readonly EntityTarget[] } {
  const named = texts.map((text) => readNamed(text, plan));
  const entities = named.flatMap(({ entity, peer }) =>
    entity === undefined ? [] : [{ entity, ...targetOf(peer, shared) }],
  );
  const general = named.filter(({ entity }) => entity === undefined);
  if (general.length > 1)
    throw new CliError('usage', `one system for all entities, or entity=AE@host:port for each (there: ${known(plan)})`);
  const twice = entities.find(({ entity }, at) => entities.findIndex((each) => each.entity === entity) !== at);
  if (twice) throw new CliError('usage', `the entity "${twice.entity}" is named twice`);
  const missing = plan.entities.find(({ id }) => !entities.some(({ entity }) => entity === id));
  if (general.length === 0 && missing)
    throw new CliError('usage', `where is the entity "${missing.id}"? write ${missing.id}=AE@host:port`);
  const peer = (general[0] ?? named[0])?.peer;
  if (!peer) throw new CliError('usage', 'a system is missing: write AE@host:port');
  return { target: targetOf(peer, shared), entities };
}
