// Checks the user that an association names against the settings. PS3.7 D.3.3.7
import type { Policy } from '@concord/network';
import type { ConfiguredUser } from '../settings/users.ts';
import { isPassword, nobodysHash } from '../users/password.ts';

type VerifyUser = NonNullable<Policy['verifyUser']>;

/** PS3.7 Table D.3-14. */
const [byName, byNameAndPasscode] = [1, 2];
const others: Readonly<Record<number, string>> = {
  3: 'a Kerberos ticket',
  4: 'a SAML assertion',
  5: 'a JSON Web Token',
};

/** Names with or without passcode; tickets and assertions need a directory that this server does not have. */
export function userVerification(users: readonly ConfiguredUser[]): VerifyUser {
  const known = new Map(users.map((user) => [user.name, user]));
  return async ({ type, primary, secondary }) => {
    if (type !== byName && type !== byNameAndPasscode)
      return { accepted: false, why: `${others[type] ?? `an identity of type ${type}`} cannot be verified here` };
    const name = Buffer.from(primary).toString('utf8').trim();
    const user = known.get(name);
    if (type === byName) {
      if (user && user.password === undefined) return { accepted: true, user: name };
      const why = user ? `user ${JSON.stringify(name)} must show a passcode` : `no user ${JSON.stringify(name)}`;
      return { accepted: false, why };
    }
    const right = await isPassword(secondary, user?.password ?? nobodysHash);
    if (user?.password !== undefined && right) return { accepted: true, user: name };
    return { accepted: false, why: `no user ${JSON.stringify(name)} with this passcode` };
  };
}
