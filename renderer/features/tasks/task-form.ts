// What the task dialog holds and what becomes of it: pure. Main is the judge of every value; here only what cannot
// be sent at all is found, and main's objections find their field.

import type { IpcError } from '../../../shared/ipc/contract';
import type { ChannelAccountStatus } from '../../../shared/model/channel';
import type {
  CronAnnouncement,
  CronDelivery,
  CronJobEdit,
  CronJobInput,
  CronJobView,
  CronSchedule,
} from '../../../shared/model/cron';
import type { MessageKey } from '../../i18n/catalogue';
import type { I18n } from '../../i18n/t';
import { foreignText } from '../../ui/foreign-text';
import type { SelectItem } from '../../ui/select';
import { accountPlace, channelTitle, kindName } from '../channels/channels-view';
import { atMs } from './schedule-text';

export const UNIT_MS = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
export type EveryUnit = keyof typeof UNIT_MS;
const UNITS_LARGEST_FIRST: readonly EveryUnit[] = ['days', 'hours', 'minutes', 'seconds'];

export interface TaskForm {
  readonly name: string;
  readonly text: string;
  readonly kind: CronSchedule['kind'];
  /** As `<input type="datetime-local">` has it, in this computer's time zone. */
  readonly at: string;
  readonly every: string;
  readonly unit: EveryUnit;
  readonly expr: string;
  readonly tz: string;
  /** Only for `at`: it stays after it ran. */
  readonly keep: boolean;
  readonly delivery: CronDelivery['mode'];
  /** Empty while the stored address is kept: its path never comes into the page. */
  readonly to: string;
  /** `channel/account`; the account is empty for the channel's own choice, all of it while none is chosen. */
  readonly account: string;
  readonly conversation: string;
}

export const TASK_FIELDS = [
  'name',
  'payload.text',
  'schedule.at',
  'schedule.everyMs',
  'schedule.expr',
  'schedule.tz',
  'delivery.channel',
  'delivery.accountId',
  'delivery.to',
] as const;
export type TaskField = (typeof TASK_FIELDS)[number];

export function newForm(zone: string): TaskForm {
  return {
    name: '',
    text: '',
    kind: 'every',
    at: '',
    every: '1',
    unit: 'hours',
    expr: '0 9 * * 1-5',
    tz: zone,
    keep: true,
    delivery: 'none',
    to: '',
    account: '',
    conversation: '',
  };
}

export function formOf(job: CronJobView, zone: string): TaskForm {
  const form: TaskForm = {
    ...newForm(zone),
    name: job.name,
    text: job.payload.text,
    kind: job.schedule.kind,
    keep: job.deleteAfterRun !== true,
    delivery: job.delivery?.mode ?? 'none',
    ...(job.delivery?.mode === 'announce' && {
      account: accountKey(job.delivery),
      conversation: job.delivery.to,
    }),
  };
  switch (job.schedule.kind) {
    case 'at': {
      const at = atMs(job.schedule.at);
      return { ...form, at: at === undefined ? '' : localInput(at) };
    }
    case 'every': {
      const { everyMs } = job.schedule;
      const unit = UNITS_LARGEST_FIRST.find((each) => everyMs % UNIT_MS[each] === 0) ?? 'seconds';
      return { ...form, unit, every: String(everyMs / UNIT_MS[unit]) };
    }
    case 'cron':
      return { ...form, expr: job.schedule.expr, tz: job.schedule.tz ?? '' };
  }
}

/** What main would not even look at; undefined when it can be sent. */
export function unsendable(form: TaskForm): TaskField | undefined {
  if (form.name.trim() === '') return 'name';
  if (form.text.trim() === '') return 'payload.text';
  if (form.kind === 'at' && localMs(form.at) === undefined) return 'schedule.at';
  if (form.kind === 'every' && !/^[1-9]\d{0,8}$/.test(form.every.trim())) return 'schedule.everyMs';
  if (form.kind === 'cron' && form.expr.trim() === '') return 'schedule.expr';
  if (form.delivery === 'announce' && form.account === '') return 'delivery.channel';
  return undefined;
}

/** Only for a form that can be sent. */
export function inputOf(form: TaskForm): CronJobInput {
  return {
    name: form.name.trim(),
    schedule: scheduleOf(form),
    sessionTarget: 'main',
    wakeMode: 'now',
    payload: { kind: 'systemEvent', text: form.text },
    ...(form.kind === 'at' && { deleteAfterRun: !form.keep }),
    ...(form.delivery !== 'none' && { delivery: deliveryOf(form) }),
  };
}

/** Only what differs from the task as it was shown, so that nothing unseen is overwritten. */
export function editOf(job: CronJobView, form: TaskForm, zone: string): CronJobEdit {
  const before = formOf(job, zone);
  const differs = (...keys: readonly (keyof TaskForm)[]) => keys.some((key) => form[key] !== before[key]);
  const retimed =
    differs('kind') ||
    (form.kind === 'at' && differs('at')) ||
    (form.kind === 'every' && differs('every', 'unit')) ||
    (form.kind === 'cron' && differs('expr', 'tz'));
  const redirected =
    differs('delivery') ||
    (form.delivery === 'webhook' && form.to.trim() !== '') ||
    (form.delivery === 'announce' && differs('account', 'conversation'));
  return {
    ...(differs('name') && { name: form.name.trim() }),
    ...(differs('text') && { payload: { kind: 'systemEvent', text: form.text } }),
    ...(retimed && { schedule: scheduleOf(form) }),
    ...(form.kind === 'at' && (retimed || differs('keep')) && { deleteAfterRun: !form.keep }),
    ...(redirected && { delivery: deliveryOf(form) }),
  };
}

function deliveryOf(form: TaskForm): CronDelivery {
  switch (form.delivery) {
    case 'none':
      return { mode: 'none' };
    case 'webhook':
      return { mode: 'webhook', to: form.to.trim() };
    case 'announce': {
      const [channel = '', accountId = ''] = form.account.split('/');
      const to = form.conversation.trim();
      return { mode: 'announce', channel, ...(accountId !== '' && { accountId }), to };
    }
  }
}

function accountKey({ channel, accountId = '' }: CronAnnouncement): string {
  return `${channel}/${accountId}`;
}

/** Accounts that can send, or could if they were connected; and the chosen one, whatever has become of it. */
export function accountItems(
  accounts: readonly ChannelAccountStatus[],
  chosen: string,
  i18n: I18n,
): readonly SelectItem<string>[] {
  const items = accounts
    .filter(
      ({ enabled, configured, phase, canSend }) => enabled && configured && (canSend || phase !== 'ready'),
    )
    .map((status) => ({
      value: `${status.channel}/${status.accountId}`,
      label: named(channelTitle(status, i18n), accountPlace(status, i18n), i18n),
    }));
  if (chosen === '' || items.some(({ value }) => value === chosen)) return items;
  return [...items, { value: chosen, label: keyText(chosen, i18n) }];
}

/** An account that may be gone, by its key. */
function keyText(key: string, i18n: I18n): string {
  const [channel = '', accountId = ''] = key.split('/');
  return named(kindName(channel, channel, i18n), accountId === 'default' ? '' : foreignText(accountId), i18n);
}

function named(title: string, place: string, { t }: I18n): string {
  return place === '' ? title : t('tasks.account.named', { title, place });
}

export function scheduleOf(form: TaskForm): CronSchedule {
  switch (form.kind) {
    case 'at':
      return { kind: 'at', at: new Date(localMs(form.at) ?? 0).toISOString() };
    case 'every':
      return { kind: 'every', everyMs: Number(form.every.trim()) * UNIT_MS[form.unit] };
    case 'cron': {
      const tz = form.tz.trim();
      return { kind: 'cron', expr: form.expr.trim(), ...(tz !== '' && { tz }) };
    }
  }
}

/** The field that main objects to; undefined when it is none of this dialog. */
export function fieldOf(error: IpcError): TaskField | undefined {
  const named = error.field?.replace(/^patch\./, '');
  return TASK_FIELDS.find((field) => named === field);
}

/** Parts of the sentences in which core objects, and what this page says instead. */
export const OBJECTIONS: readonly (readonly [part: string, key: MessageKey & `tasks.error.${string}`])[] = [
  ['is in the past', 'tasks.error.past'],
  ['is more than ten years', 'tasks.error.far'],
  ['has not five fields', 'tasks.error.parts'],
  ['is never due', 'tasks.error.never'],
  ['is not a URL', 'tasks.error.url'],
  ['is neither https nor http', 'tasks.error.url'],
  ['must not hold a user name', 'tasks.error.url.user'],
  ['must not have a fragment', 'tasks.error.url.fragment'],
  ['must be https', 'tasks.error.url.https'],
  ['leads to a private', 'tasks.error.url.private'],
  ['there is no account', 'tasks.error.account'],
  ['has no account', 'tasks.error.account'],
  ['can only receive', 'tasks.error.receiveOnly'],
  ['the conversation to announce to', 'tasks.error.conversation'],
  ['characters, ', 'tasks.error.long'],
];

const EXPRESSION_PARTS = ['second', 'minute', 'hour', 'day', 'month', 'weekday'] as const;

export function objectionText(error: IpcError, field: TaskField, i18n: I18n): string {
  const known = OBJECTIONS.find(([part]) => error.message.includes(part));
  if (known) return i18n.t(known[1]);
  const part = EXPRESSION_PARTS.find((each) => error.message.endsWith(`look at its ${each}`));
  return i18n.t(part && field === 'schedule.expr' ? `tasks.error.part.${part}` : `tasks.error.${field}`);
}

/** Where a webhook goes, as far as it may be shown. */
export function shownAddress({ delivery }: CronJobView): string | undefined {
  return delivery?.mode === 'webhook' ? foreignText(delivery.to) : undefined;
}

/** Where the task is delivered, in words; undefined when nowhere. */
export function shownTarget(job: CronJobView, i18n: I18n): string | undefined {
  const { delivery } = job;
  if (delivery?.mode !== 'announce') return shownAddress(job);
  const account = keyText(accountKey(delivery), i18n);
  return i18n.t('tasks.detail.announced', { conversation: foreignText(delivery.to), account });
}

function localMs(text: string): number | undefined {
  const ms = text === '' ? Number.NaN : new Date(text).getTime();
  return Number.isNaN(ms) ? undefined : ms;
}

function localInput(ms: number): string {
  const date = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
