// Who may see and do what under /conformance: users by their rights, where the settings say so; refusals leave a trace. PS3.2 A.7.3
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Configuration } from '../settings/settings.ts';
import type { ConfiguredUser, Right } from '../settings/users.ts';
import { isPassword, nobodysHash } from '../users/password.ts';
import { HttpProblem } from '../web/problem.ts';

type Needed = Right | 'nothing';

/** The first that fits counts: method and path as the route declares it. */
const needs: readonly (readonly [RegExp, Needed])[] = [
  [/^GET \/conformance\/(schema(\/fields)?|glossary|rights|status)$/u, 'nothing'],
  [/^GET /u, 'view'],
  [/^POST \/conformance\/(comparisons|plans|texts\/:id\/preview)$/u, 'view'],
  [/^(POST|DELETE) \/conformance\/(runs|probes)(\/|$)/u, 'execute'],
  [/^POST \/conformance\/(releases|test-plans\/:plan\/approval)$/u, 'approve'],
  [/^/u, 'edit'],
];

/** What everybody may read is what is published: the edition as shipped, which names no site. */
const published = /^GET \/conformance(\/validation|\/tables\/:anchor)?$/u;

const neededFor = (method: string, route: string): Needed =>
  needs.find(([form]) => form.test(`${method} ${route}`))?.[1] ?? 'edit';

const editionOf = (request: FastifyRequest): string | null =>
  new URL(request.url, 'http://localhost').searchParams.get('edition');

const isPublic = (request: FastifyRequest, route: string): boolean =>
  published.test(`${request.method} ${route}`) && editionOf(request) === 'as-shipped';

interface Named {
  readonly name: string;
  readonly password: string;
}

/** Of `Authorization: Basic`. RFC 7617 */
function namedIn(request: FastifyRequest): Named | undefined {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]{1,1000})$/iu.exec(request.headers.authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const at = text.indexOf(':');
  return at < 0 ? undefined : { name: text.slice(0, at), password: text.slice(at + 1) };
}

/** Checking a password takes a while on purpose: what was right is known for a minute. */
const rememberedMs = 60_000;
const mostRemembered = 1000;

function createChecker(users: readonly ConfiguredUser[]): (named: Named) => Promise<ConfiguredUser | undefined> {
  const remembered = new Map<string, number>();
  return async ({ name, password }) => {
    const user = users.find((each) => each.name === name);
    const key = createHash('sha256').update(`${name}\0${password}`).digest('hex');
    if (user && (remembered.get(key) ?? 0) > Date.now()) return user;
    const holds = await isPassword(password, user?.password ?? nobodysHash);
    if (!user?.password || !holds) return undefined;
    if (remembered.size >= mostRemembered) remembered.clear();
    remembered.set(key, Date.now() + rememberedMs);
    return user;
  };
}

/** Refusals that follow each other for the same reason leave one line: nobody fills the trail from outside. */
const repeatedMs = 10_000;

export interface GuardParts {
  readonly configuration: Pick<Configuration, 'conformanceAccess' | 'users'>;
  readonly audit: (who: string, detail: string) => Promise<void>;
}

export interface Guard {
  /** The user that the request has proven to be; else the name it gives. */
  readonly who: (request: FastifyRequest, named: string) => string;
  readonly may: (request: FastifyRequest, right: Right) => boolean;
  /** The edition for somebody who asks for none. */
  readonly edition: (request: FastifyRequest) => 'as-configured' | 'as-shipped';
}

/** Guards every address under `/conformance`, also those that come later; says who may what at `/conformance/rights`. */
export function guardConformance(app: FastifyInstance, { configuration, audit }: GuardParts): Guard {
  const open = configuration.conformanceAccess === 'everybody';
  const check = createChecker(configuration.users);
  const known = new WeakMap<FastifyRequest, ConfiguredUser>();
  const told = new Map<string, number>();
  const refuse = async (request: FastifyRequest, who: string, needed: Right): Promise<void> => {
    const what = `${request.method} ${request.routeOptions.url ?? ''} needs the right to ${needed}`;
    const [key, now] = [`${who} ${what}`, Date.now()];
    if ((told.get(key) ?? 0) > now) return;
    if (told.size >= mostRemembered) told.clear();
    told.set(key, now + repeatedMs);
    await audit(who, what);
  };
  const admit = async (request: FastifyRequest, route: string): Promise<void> => {
    const named = namedIn(request);
    const user = named && (await check(named));
    if (user) known.set(request, user);
    const needed = neededFor(request.method, route);
    if (needed === 'nothing' || isPublic(request, route)) return;
    if (!named && published.test(`${request.method} ${route}`) && editionOf(request) === null) return;
    if (user?.rights?.includes(needed)) return;
    await refuse(request, named ? named.name.slice(0, 64) : 'nobody', needed);
    if (user) throw new HttpProblem('no-right', `${user.name} does not have the right to ${needed}.`);
    const headers = { 'www-authenticate': 'Basic realm="Concord conformance", charset="UTF-8"' };
    throw new HttpProblem('no-user', `This needs a user with the right to ${needed}.`, { headers });
  };
  app.addHook('onRequest', async (request) => {
    const route = request.routeOptions.url ?? '';
    if (!open && /^\/conformance(\/|$)/u.test(route)) await admit(request, route);
  });
  app.get('/conformance/rights', async (request) => ({
    open,
    user: known.get(request)?.name ?? '',
    rights: open ? ['view', 'edit', 'approve', 'execute'] : (known.get(request)?.rights ?? []),
  }));
  return {
    may: (request, right) => open || (known.get(request)?.rights?.includes(right) ?? false),
    who: (request, name) => known.get(request)?.name ?? name,
    edition: (request) => (open || known.has(request) ? 'as-configured' : 'as-shipped'),
  };
}
