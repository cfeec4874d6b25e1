import type { Problem } from './gen/Problem';

/** A call that was not answered as hoped. `status` is 0 when there was no answer at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem | null,
    /** Seconds to wait before another try, where the hub named them. */
    readonly retryAfter: number | null = null,
  ) {
    super(problem?.detail ?? wordsFor(status));
    this.name = 'ApiError';
  }
}

function wordsFor(status: number): string {
  return status === 0 ? 'The hub does not answer.' : `The hub answered with status ${status}.`;
}

/** What went wrong, for people. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  return error instanceof Error ? error.message : String(error);
}

/** Turns an answer that is no success into an error, with the hub's own words where it sent some. */
export async function errorFrom(response: Response): Promise<ApiError> {
  const type = response.headers.get('content-type') ?? '';
  let problem: Problem | null = null;
  if (type.includes('json')) {
    problem = await response.json().then(asProblem, () => null);
  }
  const after = Number.parseFloat(response.headers.get('retry-after') ?? '');
  return new ApiError(response.status, problem, Number.isFinite(after) ? after : null);
}

function asProblem(value: unknown): Problem | null {
  const isProblem = typeof value === 'object' && value !== null && 'detail' in value;
  return isProblem ? (value as Problem) : null;
}
