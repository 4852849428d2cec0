// The overview behind the data flow diagram: one line for each application entity. PS3.2 A.4.1.1
import type { DataFlow, Networking } from '../model/networking.ts';

/** What each entity does, and what is on the other side. */
export const entityBullets = (
  entities: readonly { readonly id: string; readonly name: string }[],
  dataFlow: readonly DataFlow[],
): NonNullable<Networking['model']['bullets']> =>
  entities.map(({ id, name }) => {
    const flows = dataFlow.filter(({ ae }) => ae === id);
    const said = flows.map(({ local, remote }) => `${local.name} (other side: ${remote.name})`).join('; ');
    return { ae: id, text: `${name}: ${said}.` };
  });
