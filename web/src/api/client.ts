import { errorFrom } from './problem';
import { Session } from './session';

export { ApiError, sentenceOf } from './problem';

/** The session of this page. */
export const session = new Session();

/** Calls the hub, e.g. `api('GET', '/servers')`. Throws `ApiError` unless the answer is a success. */
export async function api<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  const response = await session.fetch(method, path, body);
  if (!response.ok) throw await errorFrom(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}
