// The process that makes and validates the statement once, and answers with what is compared with what runs. PS3.2 6, 7
import type { BoundService } from '@concord/network';
import type { OwnEntity } from '../entities/own-entities.ts';
import type { Examined, ToldEntity, ToldService, ToldSystem } from './examination-messages.ts';
import { presentStatement } from './present-statement.ts';
import { selfValidation } from './self-validation.ts';
import { statedBy } from './stated-behaviour.ts';

/** In the place of what only the server itself carries out. */
const elsewhere = (): never => {
  throw new Error('this process carries nothing out');
};

const bound = ({ declaration, negotiates, handled }: ToldService): BoundService => ({
  declaration: { ...declaration, ...(negotiates && { extendedNegotiation: elsewhere }) },
  handlers: Object.fromEntries(handled.map((operation) => [operation, elsewhere])),
  parameters: {},
});

const entityOf = (entity: ToldEntity): OwnEntity => ({ ...entity, services: entity.services.map(bound) });

async function examined({ configuration, configured, shipped }: ToldSystem): Promise<Examined> {
  const here = configured.map(entityOf);
  const delivered = shipped.map(entityOf);
  const parts = {
    configuration,
    entities: (asked: object) => (asked === configuration ? here : delivered),
    ports: new Map<string, number>(),
  };
  const statement = await presentStatement(parts).make('as-configured');
  const { errors, warnings, open } = selfValidation(parts, statement);
  return { stated: statedBy(statement), validation: { errors, warnings, open: open.length } };
}

// Once the answer has gone nothing keeps the process: it ends with whoever asked, too.
process.once('message', (system: ToldSystem) => {
  void examined(system).then((answer) => process.send?.(answer, () => process.disconnect()));
});
process.once('disconnect', () => process.exit());
