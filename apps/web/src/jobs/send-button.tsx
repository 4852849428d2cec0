// Sends a study, a series or one object to another system: which one is asked for, the rest is a job.
import { ActionIcon, Button, Group, Modal, Stack, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconSend } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { getPeers, type Peer } from '../api.ts';
import { counted } from '../format/quantity.ts';
import { type Selection, sendTo } from './job.ts';
import classes from './jobs.module.css';

interface SendButtonProps {
  readonly selection: Selection;
  /** What is sent, as it stands behind "Send". */
  readonly what: string;
  readonly small?: boolean;
}

const useSend = (selection: Selection, close: () => void) => {
  const queries = useQueryClient();
  // The second press of two may come before the page has drawn the first.
  const busy = useRef(false);
  const sending = useMutation({
    mutationFn: (destination: string) => sendTo(destination, selection),
    onSuccess: ({ instances }, destination) => {
      void queries.invalidateQueries({ queryKey: ['jobs'] });
      close();
      notifications.show({
        title: `Sending to ${destination}`,
        message: (
          <>
            {counted(instances, 'object')} queued. <a href="/jobs">See how far it is</a>
          </>
        ),
      });
    },
    onSettled: () => {
      busy.current = false;
    },
  });
  const send = (destination: string) => {
    if (busy.current) return;
    busy.current = true;
    sending.mutate(destination);
  };
  return { ...sending, send };
};

interface ChoiceProps {
  readonly peers: readonly Peer[];
  readonly pending: boolean;
  readonly onChoose: (aeTitle: string) => void;
}

const Choice = ({ peers, pending, onChoose }: ChoiceProps) => (
  <Stack gap={8}>
    {peers.map(({ aeTitle, name, host, port }) => (
      <Button
        key={aeTitle}
        variant="default"
        justify="space-between"
        disabled={pending}
        onClick={() => onChoose(aeTitle)}
        rightSection={
          <Text size="xs" className="quiet figures">
            {host}:{port}
          </Text>
        }
      >
        {name}
      </Button>
    ))}
    {peers.length === 0 && (
      <Text size="sm" className="quiet">
        No peers are configured. <Link to="/peers">How to name one</Link>
      </Text>
    )}
  </Stack>
);

const SendDialogue = ({ selection, what, close }: SendButtonProps & { readonly close: () => void }) => {
  const { data: peers = [], error } = useQuery({ queryKey: ['peers'], queryFn: ({ signal }) => getPeers(signal) });
  const send = useSend(selection, close);
  const problem = send.error ?? error;
  return (
    <Modal opened onClose={close} title={`Send ${what} to`} centered>
      <Choice peers={peers} pending={send.isPending} onChoose={send.send} />
      {problem && (
        <Text size="sm" mt="sm" role="alert" className={classes.problem}>
          {problem.message}
        </Text>
      )}
    </Modal>
  );
};

export const SendButton = (props: SendButtonProps) => {
  const [opened, { open, close }] = useDisclosure();
  return (
    <Group gap={0}>
      {props.small ? (
        <Tooltip label={`Send ${props.what} to…`}>
          <ActionIcon variant="subtle" color="gray" aria-label={`Send ${props.what} to…`} onClick={open}>
            <IconSend size={16} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      ) : (
        <Button variant="default" leftSection={<IconSend size={16} />} onClick={open}>
          Send to…
        </Button>
      )}
      {opened && <SendDialogue {...props} close={close} />}
    </Group>
  );
};
