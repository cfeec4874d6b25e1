import { useQuery } from '@tanstack/react-query';
import { api, ApiError, sentenceOf } from '../../api/client';
import type { ProcessDetailReply } from '../../api/gen/ProcessDetailReply';
import { useServer } from '../../app/host';
import type { ProcessEntry } from '../../live/row';

/** Asked anew this often while the panel is open, in milliseconds. */
const REFRESH = 2000;

/** Everything about one process, kept fresh until it ends. */
export function useDetail({ pid, start_time }: ProcessEntry, ended: boolean) {
  const server = useServer();
  const path = `/monitoring/${encodeURIComponent(server?.id ?? '')}/process/${pid}`;
  const { data, error } = useQuery({
    queryKey: ['process', server?.id, pid, start_time],
    queryFn: () => api<ProcessDetailReply>('GET', `${path}?start_time=${start_time}`),
    enabled: server !== null && !ended,
    refetchInterval: REFRESH,
    retry: false,
  });
  return { reply: data ?? null, error: isOver(error) || !error ? null : sentenceOf(error) };
}

/** The process went between two samples; the stream is about to say so. */
function isOver(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 409);
}
