import { api, ApiError, sentenceOf } from '../../api/client';
import type { ActionReply } from '../../api/gen/ActionReply';
import type { ProcessAction } from '../../ui/confirmWords';
import { counted } from '../../ui/format';
import { toast, type ToastText } from '../../ui/toast';
import type { Target } from './target';

/** How an action on one process went. */
export type Outcome =
  | { readonly target: Target; readonly reply: ActionReply }
  | { readonly target: Target; readonly error: unknown };

/** Acts on each of them, one call each. */
export function actOnAll(
  serverId: string,
  action: ProcessAction,
  targets: readonly Target[],
): Promise<Outcome[]> {
  return Promise.all(targets.map((target) => actOn(serverId, action, target)));
}

async function actOn(serverId: string, action: ProcessAction, target: Target): Promise<Outcome> {
  const path = `/monitoring/${encodeURIComponent(serverId)}/process/${target.pid}/${action}`;
  try {
    const body = { start_time: target.startTime };
    return { target, reply: await api<ActionReply>('POST', path, body) };
  } catch (error) {
    return { target, error };
  }
}

/** Says how it went: one message for what was done, one for what was refused. */
export function report(action: ProcessAction, host: string, outcomes: readonly Outcome[]): void {
  for (const text of reportTexts(action, host, outcomes)) toast(text);
}

/** The messages of `report`. */
export function reportTexts(
  action: ProcessAction,
  host: string,
  outcomes: readonly Outcome[],
): ToastText[] {
  const [only] = outcomes;
  if (outcomes.length === 1 && only) return [outcomeText(action, host, only)];
  const refused = outcomes.filter((outcome) => 'error' in outcome);
  const done = outcomes.flatMap((outcome) => ('reply' in outcome ? [outcome.reply] : []));
  const texts: ToastText[] = [];
  if (done.length > 0) {
    const title = `${action} reached ${counted(done.length, 'process', 'processes')} on ${host}.`;
    const kind = done.some(isUnfinished) ? 'notice' : 'ok';
    texts.push({ kind, title: capital(title), detail: done.map(replyWords).join(' ') });
  }
  if (refused.length > 0) {
    const lines = refused.map((outcome) => outcomeText(action, host, outcome));
    const title = `${capital(action)} failed for ${counted(refused.length, 'process', 'processes')}.`;
    const detail = lines.map((line) => `${line.title} ${line.detail ?? ''}`).join(' ');
    texts.push({ kind: 'refused', title, detail, sticky: true });
  }
  return texts;
}

function outcomeText(action: ProcessAction, host: string, outcome: Outcome): ToastText {
  const who = `${outcome.target.name} ${outcome.target.pid}`;
  if ('error' in outcome) {
    const title = failureTitle(outcome.error, `${action} ${who}`, { host, who });
    return { kind: 'refused', title, detail: failureDetail(outcome.error), sticky: true };
  }
  const { reply } = outcome;
  if (isUnfinished(reply)) {
    const detail = `After ${reply.elapsed.toFixed(1)} s it still runs. Kill… ends it at once.`;
    return { kind: 'notice', title: sentence(reply.message), detail };
  }
  return { kind: 'ok', title: sentence(reply.message), detail: `${who}, ${seenWords(reply)}.` };
}

function failureTitle(error: unknown, what: string, { host, who }: { host: string; who: string }) {
  const status = error instanceof ApiError ? error.status : -1;
  if (status === 403) return `${host} refused to ${what}.`;
  if (status === 404) return `${who} is no more.`;
  if (status === 409) return `${who} is no more: another process has its number.`;
  return `Could not ${what}.`;
}

/** Nobody knows what became of a call that was not answered, so nothing is promised then. */
function failureDetail(error: unknown): string {
  const sure = error instanceof ApiError && error.status >= 400 && error.status < 500;
  const ending = sure ? 'Nothing was changed.' : 'It is not known whether it was done.';
  return `${sentence(sentenceOf(error))} ${ending}`;
}

function isUnfinished({ outcome }: ActionReply): boolean {
  return outcome === 'still_running';
}

function replyWords(reply: ActionReply): string {
  return `${reply.message}${isUnfinished(reply) ? ' (still running)' : ''}.`;
}

function seenWords({ outcome, elapsed }: ActionReply): string {
  return `${outcome.replaceAll('_', ' ')} after ${elapsed.toFixed(elapsed < 1 ? 2 : 1)} s`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
