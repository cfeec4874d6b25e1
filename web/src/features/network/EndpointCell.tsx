import { endpoint, endpointText } from './address';

/** One end of a socket. The port stands out: it is what people look for. */
export function EndpointCell({ address, port }: { address: string | null; port: number | null }) {
  const end = endpoint(address, port);
  if (end.port === null) return <span className="endpoint-none">{end.host}</span>;
  return (
    <span className="endpoint" title={endpointText(address, port)}>
      <span className="endpoint-host">{end.host}</span>
      <span className="endpoint-port">
        :<b>{end.port}</b>
      </span>
    </span>
  );
}
