/** An address as it is drawn: the port stands out, so it is kept apart. */
export interface Endpoint {
  host: string;
  /** Null where there is no port, as on the far end of a listening socket. */
  port: number | null;
}

/** Splits one end of a socket; an IPv6 address is set in brackets so that its colons mislead no one. */
export function endpoint(address: string | null, port: number | null): Endpoint {
  if (address === null) return { host: '*', port: null };
  return { host: address.includes(':') ? `[${address}]` : address, port };
}

/** One end of a socket as plain text: `10.4.0.3:5432`, `[::1]:22`, `*`. */
export function endpointText(address: string | null, port: number | null): string {
  const end = endpoint(address, port);
  return end.port === null ? end.host : `${end.host}:${end.port}`;
}
