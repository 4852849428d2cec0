// The form of an order: what the server declares, the usual fields first, the others when they are wanted.
import { Button, Group, Select, SimpleGrid, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import classes from '../jobs/jobs.module.css';
import { asField, getAttributes, keepOrder, type Order, type OrderAttribute, orderBody, type Texts } from './order.ts';

/** What nearly every order says. */
const usual = new Set([
  ...['patientName', 'patientId', 'patientBirthDate', 'patientSex', 'accessionNumber', 'requestedProcedureDescription'],
  ...['referringPhysician', 'requestedProcedurePriority', 'startDate', 'startTime', 'modality', 'stationAeTitle'],
  ...['performingPhysician', 'stepDescription'],
]);

const choices: Readonly<Record<string, readonly string[]>> = {
  patientSex: ['', 'F', 'M', 'O'],
  requestedProcedurePriority: ['', 'STAT', 'HIGH', 'ROUTINE', 'MEDIUM', 'LOW'],
};
const hints: Readonly<Record<string, string>> = {
  PN: 'Doe^Jane',
  SQ: 'value^scheme^meaning',
};

interface FieldProps {
  readonly attribute: OrderAttribute;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

const Field = ({ attribute: { name, label, vr, needed }, value, onChange }: FieldProps) => {
  const options = choices[name];
  if (options)
    return (
      <Select
        label={label}
        data={options.map((each) => ({ value: each, label: each || 'not known' }))}
        value={value}
        onChange={(chosen) => onChange(chosen ?? '')}
        allowDeselect={false}
      />
    );
  return (
    <TextInput
      label={label}
      type={vr === 'DA' ? 'date' : vr === 'TM' ? 'time' : 'text'}
      placeholder={hints[vr] ?? ''}
      required={needed}
      value={asField(vr, value)}
      onChange={({ currentTarget: { value: text } }) => onChange(vr === 'CS' ? text.toUpperCase() : text)}
      autoComplete="off"
      spellCheck={false}
    />
  );
};

interface FieldsProps {
  readonly attributes: readonly OrderAttribute[];
  readonly texts: Texts;
  readonly onChange: (texts: Texts) => void;
}

const Fields = ({ attributes, texts, onChange }: FieldsProps) => (
  <SimpleGrid cols={{ base: 1, sm: 2, md: 4 }} spacing="sm">
    {attributes.map((attribute) => (
      <Field
        key={attribute.name}
        attribute={attribute}
        value={texts[attribute.name] ?? ''}
        onChange={(value) => onChange({ ...texts, [attribute.name]: value })}
      />
    ))}
  </SimpleGrid>
);

interface OrderFormProps {
  /** The one to change; absent: a new one. */
  readonly order?: Order;
  readonly onDone: () => void;
}

export const OrderForm = ({ order, onDone }: OrderFormProps) => {
  const queries = useQueryClient();
  const [typed, setTyped] = useState<Texts>(order?.request ?? {});
  const [steps, setSteps] = useState<readonly Texts[]>(order?.steps ?? [{}]);
  const [whole, setWhole] = useState(false);
  const { data: attributes = [] } = useQuery({
    queryKey: ['worklist', 'attributes'],
    queryFn: ({ signal }) => getAttributes(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const keep = useMutation({
    mutationFn: () => keepOrder(orderBody(attributes, typed, steps), order?.studyInstanceUid),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['worklist', 'steps'] });
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    keep.mutate();
  };
  const shown = (place: OrderAttribute['place']) =>
    attributes.filter((each) => each.place === place && (whole || usual.has(each.name)));
  const changeStep = (at: number, texts: Texts) => setSteps(steps.map((step, index) => (index === at ? texts : step)));
  return (
    <form className={classes.card} onSubmit={submit} aria-label={order ? 'Order' : 'New order'}>
      <Fields attributes={shown('request')} texts={typed} onChange={setTyped} />
      {steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps of a form have no other name, and only the last is taken out
        <fieldset key={index} className={classes.bare} style={{ border: 0, padding: 0, margin: 0 }}>
          <Text component="legend" size="sm" fw={600} mb={4}>
            {steps.length === 1 ? 'When and where' : `Step ${index + 1}`}
          </Text>
          <Fields attributes={shown('step')} texts={step} onChange={(texts) => changeStep(index, texts)} />
        </fieldset>
      ))}
      {keep.error && (
        <Text size="sm" role="alert" className={classes.problem}>
          {keep.error.message}
        </Text>
      )}
      <Group gap={8} justify="flex-end">
        <Button variant="subtle" onClick={() => setWhole(!whole)} mr="auto">
          {whole ? 'Fewer fields' : 'All fields'}
        </Button>
        {steps.length > 1 && (
          <Button variant="default" onClick={() => setSteps(steps.slice(0, -1))}>
            Take the last step out
          </Button>
        )}
        <Button variant="default" onClick={() => setSteps([...steps, { ...steps.at(-1), stepId: '' }])}>
          One more step
        </Button>
        <Button variant="default" onClick={onDone}>
          Close
        </Button>
        <Button type="submit" loading={keep.isPending}>
          {order ? 'Keep' : 'Add to the worklist'}
        </Button>
      </Group>
    </form>
  );
};
