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

const Rows = ({ peers, onChoose }: { readonly peers: readonly FiledPeer[]; onChoose: (peer: FiledPeer) => void }) => {
  const remove = useChange(removeFiledPeer);
  return (
    <>
      <Table aria-label="Peers in the configuration file">
        <Table.Thead>
          <Table.Tr>
            {['Peer', 'Address', ''].map((heading) => (
              <Table.Th key={heading}>{heading}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {peers.map((peer) => (
            <Table.Tr key={peer.aeTitle}>
              <Table.Td>
                {peer.name || peer.aeTitle}
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
                  <Button variant="subtle" size="compact-xs" onClick={() => onChoose(peer)}>
                    Change
                  </Button>
                  <ActionIcon
                    variant="subtle"
                    aria-label={`Take out ${peer.aeTitle}`}
                    disabled={remove.isPending}
                    onClick={() => remove.mutate(peer.aeTitle)}
                  >
                    <IconTrash size={16} />
                  </ActionIcon>
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
  readonly onEdit: (peer: FiledPeer) => void;
}

const Form = ({ peer, onEdit }: FormProps) => {
  const put = useChange(putFiledPeer, () => onEdit(empty));
  const submit = (event: FormEvent) => {
    event.preventDefault();
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
        {text('AE title', 'aeTitle')}
        {text('Host', 'host')}
        <NumberInput
          label="Port"
          w={100}
          required
          hideControls
          value={peer.port}
          onChange={(port) => onEdit({ ...peer, port: Number(port) })}
        />
        <Button type="submit" loading={put.isPending}>
          Save
        </Button>
      </Group>
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
      {data && data.peers.length > 0 && <Rows peers={data.peers} onChoose={setPeer} />}
      {data && <Form peer={peer} onEdit={setPeer} />}
    </Stack>
  );
};
