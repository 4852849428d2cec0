// A statement of another system is brought in: a document is read, what was recognised is looked at and corrected, and it is kept. PS3.2 6
import { Anchor, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import classes from './conformance.module.css';
import { type Corrections, correct } from './corrections.ts';
import { ImportReview } from './import-review.tsx';
import { ImportSource, type Source } from './import-source.tsx';
import { type Imported, importText, keepStatement, probePeer } from './kept-statements.ts';

interface Read {
  readonly imported: Imported;
  /** Of the document; none where a peer was probed. */
  readonly lines: readonly string[];
}

const read = async (source: Source): Promise<Read> => ({
  imported: 'peer' in source ? await probePeer(source.peer) : await importText(source),
  lines: 'peer' in source ? [] : source.text.split(/\r?\n|\r/u),
});

interface KeepingProps {
  readonly suggested: string;
  readonly origin: string;
  readonly statement: () => unknown;
}

const Keeping = ({ suggested, origin, statement }: KeepingProps) => {
  const [name, setName] = useState(suggested);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const keep = useMutation({
    mutationFn: () => keepStatement({ name: name.trim(), statement: statement(), origin }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['peer statements'] });
      await navigate({ to: '/interoperability' });
    },
  });
  return (
    <section className={classes.card} aria-label="Keep">
      <Stack gap="sm">
        <Title order={2} size="h3">
          3 Keep it
        </Title>
        <Text className="quiet">
          Under the name of a system that is kept already it becomes a further version; the earlier ones stay.
        </Text>
        <Group align="end">
          <TextInput
            label="Name of the system"
            value={name}
            maxLength={200}
            onChange={({ currentTarget: { value } }) => setName(value)}
          />
          <Button disabled={name.trim() === ''} loading={keep.isPending} onClick={() => keep.mutate()}>
            Keep
          </Button>
        </Group>
        {keep.error && <Text role="alert">{keep.error.message}</Text>}
      </Stack>
    </section>
  );
};

/** What was read, with what a person has made of it. */
const Review = ({ imported, lines, name }: Read & { readonly name: string }) => {
  const [corrections, setCorrections] = useState<Corrections>({});
  const [base, setBase] = useState(imported.statement);
  const touched = base !== imported.statement || Object.keys(corrections).length > 0;
  return (
    <>
      <ImportReview
        {...{ imported, lines, corrections }}
        statement={base}
        onCorrect={setCorrections}
        onReplace={(statement) => {
          setBase(statement);
          setCorrections({});
        }}
      />
      <Keeping
        suggested={name}
        origin={touched && imported.origin !== 'probe' ? 'by hand' : imported.origin}
        statement={() => correct(base, corrections)}
      />
    </>
  );
};

export const ImportPage = () => {
  const [round, setRound] = useState(0);
  const reading = useMutation({ mutationFn: read, onSuccess: () => setRound(round + 1) });
  useEffect(() => {
    document.title = 'Add a system · Concord';
  }, []);
  const source = reading.variables;
  return (
    <Stack gap="lg" maw={1080} mx="auto">
      <div>
        <Anchor component={Link} to="/interoperability" size="sm">
          Conformance
        </Anchor>
        <Title order={1} size="h2">
          Add a system
        </Title>
        <Text className="quiet">
          What its maker states, or what it shows from outside, is kept here: to be compared, planned from and tested.
        </Text>
      </div>
      <ImportSource busy={reading.isPending} problem={reading.error?.message} onRead={(from) => reading.mutate(from)} />
      {reading.data && source && (
        <Review key={round} {...reading.data} name={'peer' in source ? source.peer : source.name} />
      )}
    </Stack>
  );
};
