/** Drawn before the word of a state, so that it is told apart without its colour. */
export type StateShape = 'full' | 'dotted' | 'open' | 'triangle' | 'clock';

export interface StateCue {
  shape: StateShape;
  tone: 'ok' | 'warn' | 'dim';
  /** What the state means, in plain words. */
  meaning: string;
}

const CUES: Readonly<Record<string, StateCue>> = {
  ESTABLISHED: { shape: 'full', tone: 'ok', meaning: 'Connected; data can flow both ways.' },
  LISTEN: { shape: 'dotted', tone: 'dim', meaning: 'Waiting for others to connect.' },
  UNCONN: { shape: 'open', tone: 'dim', meaning: 'Bound to a port, with no fixed far end.' },
  CLOSE: { shape: 'open', tone: 'dim', meaning: 'Not connected.' },
  SYN_SENT: { shape: 'triangle', tone: 'warn', meaning: 'Asked to connect; no answer yet.' },
  SYN_RECV: { shape: 'triangle', tone: 'warn', meaning: 'Answered a request to connect.' },
  NEW_SYN_RECV: { shape: 'triangle', tone: 'warn', meaning: 'Answered a request to connect.' },
  CLOSE_WAIT: {
    shape: 'triangle',
    tone: 'warn',
    meaning: 'The far end has closed; the process has not closed its own end yet.',
  },
  TIME_WAIT: { shape: 'clock', tone: 'dim', meaning: 'Closed; kept a while for late packets.' },
  FIN_WAIT1: { shape: 'clock', tone: 'dim', meaning: 'Closing; our end is not confirmed yet.' },
  FIN_WAIT2: { shape: 'clock', tone: 'dim', meaning: 'Closing; the far end has not closed yet.' },
  LAST_ACK: { shape: 'clock', tone: 'dim', meaning: 'Closing; the last confirmation is missing.' },
  CLOSING: { shape: 'clock', tone: 'dim', meaning: 'Both ends are closing.' },
};

const UNKNOWN: StateCue = { shape: 'open', tone: 'dim', meaning: 'A state without a description.' };

/** How a state of the kernel is drawn. */
export function stateCue(status: string): StateCue {
  return CUES[status] ?? UNKNOWN;
}

/** Whether a socket waits for others rather than being a connection itself. */
export function isWaiting(status: string): boolean {
  return status === 'LISTEN' || status === 'UNCONN';
}
