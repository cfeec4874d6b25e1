import { count, counted } from './format';

/** What can be done to a process. */
export type ProcessAction = 'terminate' | 'kill' | 'suspend' | 'resume';

/** A process as a confirmation names it. */
export interface ConfirmTarget {
  readonly pid: number;
  readonly name: string;
  /** Time of day of its start. */
  readonly since: string;
  readonly command: string;
  readonly username: string | null;
  readonly children: number;
  readonly threads: number;
}

const VERBS: Readonly<Record<ProcessAction, string>> = {
  terminate: 'Terminate',
  kill: 'Kill',
  suspend: 'Suspend',
  resume: 'Resume',
};

const MEANINGS: Readonly<Record<ProcessAction, readonly [one: string, many: string]>> = {
  terminate: [
    'It is asked to stop (SIGTERM) and may save its work first.',
    'They are asked to stop (SIGTERM) and may save their work first.',
  ],
  kill: [
    'It is ended at once (SIGKILL). It cannot save anything.',
    'They are ended at once (SIGKILL). They cannot save anything.',
  ],
  suspend: [
    'It stands still (SIGSTOP) until it is resumed.',
    'They stand still (SIGSTOP) until they are resumed.',
  ],
  resume: ['It goes on (SIGCONT).', 'They go on (SIGCONT).'],
};

/** From this many targets on, the number has to be typed. */
export const TYPED_FROM = 6;

/** "Terminate 3 processes on ledger-03?" */
export function confirmTitle(
  action: ProcessAction,
  targets: readonly ConfirmTarget[],
  host: string,
): string {
  const [first] = targets;
  const what =
    targets.length === 1 && first
      ? `${first.name} ${first.pid}`
      : `${count(targets.length)} processes`;
  return `${VERBS[action]} ${what} on ${host}?`;
}

/** What the action does to those it hits. */
export function confirmMeaning(action: ProcessAction, targets: number): string {
  return MEANINGS[action][targets === 1 ? 0 : 1];
}

/** The words on the button that does it: they repeat the number. */
export function confirmButton(action: ProcessAction, targets: readonly ConfirmTarget[]): string {
  const [first] = targets;
  if (targets.length === 1 && first) return `${VERBS[action]} ${first.name} ${first.pid}`;
  return `${VERBS[action]} ${count(targets.length)} processes`;
}

/** "16 threads, 2 children" where that is worth a second look, else "no children". */
export function familyWords({ children, threads }: ConfirmTarget): string {
  const family = children === 0 ? 'no children' : counted(children, 'child', 'children');
  return threads > 1 ? `${counted(threads, 'thread')}, ${family}` : family;
}

/** Whether the action ends processes, so that its button is red and the choice is offered. */
export function isDeadly(action: ProcessAction): action is 'terminate' | 'kill' {
  return action === 'terminate' || action === 'kill';
}
