// Peers as the configuration file has them: added, changed and taken out here, in force at once.
import { ActionIcon, Alert, Button, Group, NumberInput, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type FiledPeer, type FiledPeers, getFiledPeers, putFiledPeer, removeFiledPeer } from '../api.ts';
import classes from './peers.module.css';

const queryKey = ['filed-peers'];
const empty = { name: '', aeTitle: '', host: '', port: 104 };

const useChange = <T,>(change: (what: T) => Promise<FiledPeers>, done: () => void = () => undefined) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (filed) => {
      queries.setQueryData(queryKey, filed);
      done();
    },
  });
};

/** Asks once more: jobs, rules and modalities name a peer by its title. */
const TakeOut = ({ title, disabled, onTakeOut }: TakeOutProps) => {
  const [asked, setAsked] = useState(false);
  if (!asked)
    return (
      <ActionIcon variant="subtle" aria-label={`Take out ${title}…`} disabled={disabled} onClick={() => setAsked(true)}>
        <IconTrash size={16} />
      </ActionIcon>
    );
  return (
    <>
      <Button
        color="red"
        size="compact-xs"
        disabled={disabled}
        onClick={onTakeOut}
        aria-label={`Really take out ${title}`}
      >
        Take out
      </Button>
      <Button variant="default" size="compact-xs" onClick={() => setAsked(false)} autoFocus>
        Keep
      </Button>
    </>
  );
};

interface TakeOutProps {
  readonly title: string;
  readonly disabled: boolean;
  readonly onTakeOut: () => void;
}

const Rows = ({ peers, onChoose }: { readonly peers: readonly FiledPeer[]; onChoose: (peer: FiledPeer) => void }) => {
  const remove = useChange(removeFiledPeer);
  return (
    <>
      <Table aria-label="Peers in the configuration file">
        <Table.Thead>
          <Table.Tr>
            {['Peer', 'Address', 'What can be done'].map((heading) => (
              <Table.Th key={heading}>{heading}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {peers.map((peer) => (
            <Table.Tr key={peer.aeTitle}>
              <Table.Td>
                <bdi>{peer.name || peer.aeTitle}</bdi>
                {peer.name && peer.name !== peer.aeTitle && (
                  <Text size="xs" c="dimmed">
                    {peer.aeTitle}
                  </Text>
                )}
              </Table.Td>
              <Table.Td className={`figures ${classes.address}`}>
                {peer.host}:{peer.port}
              </Table.Td>
              <Table.Td>
                <Group gap={4} justify="flex-end" wrap="nowrap">
                  <Button
                    variant="subtle"
                    size="compact-xs"
                    onClick={() => onChoose(peer)}
                    aria-label={`Change ${peer.aeTitle}`}
                  >
                    Change
                  </Button>
                  <TakeOut
                    title={peer.aeTitle}
                    disabled={remove.isPending}
                    onTakeOut={() => remove.mutate(peer.aeTitle)}
                  />
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {remove.error && <Alert color="red">{remove.error.message}</Alert>}
    </>
  );
};

interface FormProps {
  readonly peer: FiledPeer;
  /** Title of the one that is changed; '' for a new one. */
  readonly changing: string;
  /** Titles that are taken. */
  readonly titles: readonly string[];
  readonly onEdit: (peer: FiledPeer) => void;
  readonly onDone: () => void;
}

const Form = ({ peer, changing, titles, onEdit, onDone }: FormProps) => {
  const put = useChange(putFiledPeer, onDone);
  const taken = changing === '' && titles.includes(peer.aeTitle.trim());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (taken) return;
    put.mutate({ ...peer, name: peer.name.trim(), aeTitle: peer.aeTitle.trim(), host: peer.host.trim() });
  };
  const text = (label: string, key: 'name' | 'aeTitle' | 'host', required = true) => (
    <TextInput
      label={label}
      value={peer[key]}
      required={required}
      onChange={({ currentTarget: { value } }) => onEdit({ ...peer, [key]: value })}
      autoComplete="off"
      spellCheck={false}
    />
  );
  return (
    <form onSubmit={submit} aria-label="Peer">
      <Group align="flex-end" gap="sm">
        {text('Name', 'name', false)}
        {changing === '' ? (
          text('AE title', 'aeTitle')
        ) : (
          <TextInput label="AE title" value={changing} readOnly title="A peer with another title is another peer" />
        )}
        {text('Host', 'host')}
        <NumberInput
          label="Port"
          w={100}
          required
          hideControls
          value={peer.port}
          onChange={(port) => onEdit({ ...peer, port: Number(port) })}
        />
        <Button type="submit" loading={put.isPending} disabled={taken}>
          Save
        </Button>
        {changing !== '' && (
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
        )}
      </Group>
      {taken && (
        <Text size="sm" mt="sm" role="alert" className={classes.problem}>
          {peer.aeTitle.trim()} is a peer already: choose Change beside it.
        </Text>
      )}
      {put.error && (
        <Alert color="red" mt="sm">
          {put.error.message}
        </Alert>
      )}
    </form>
  );
};

export const FiledPeersPanel = () => {
  const [peer, setPeer] = useState<FiledPeer>(empty);
  const [changing, setChanging] = useState('');
  const choose = (chosen: FiledPeer) => {
    setPeer(chosen);
    setChanging(chosen.aeTitle);
  };
  const { data, error } = useQuery({ queryKey, queryFn: ({ signal }) => getFiledPeers(signal) });
  return (
    <Stack gap="sm">
      <div>
        <Title order={2} size="h4">
          In the configuration file
        </Title>
        <Text size="sm" className="quiet">
          {data?.file}
        </Text>
      </div>
      {error && <Alert color="red">{error.message}</Alert>}
      {data?.inForce === false && <Alert>What was changed holds when the server starts again.</Alert>}
      {data && data.peers.length > 0 && <Rows peers={data.peers} onChoose={choose} />}
      {data && (
        <Form
          key={changing}
          peer={peer}
          changing={changing}
          titles={data.peers.map(({ aeTitle }) => aeTitle)}
          onEdit={setPeer}
          onDone={() => choose(empty)}
        />
      )}
    </Stack>
  );
};
