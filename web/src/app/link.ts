/**
 * Takes the token of a sign-in link out of the address bar, before anything else can read it, and
 * without leaving it in the history of the browser.
 */
export function takeLink(place: Location, past: History): string | null {
  const token = new URLSearchParams(place.hash.slice(1)).get('link');
  if (token === null) return null;
  past.replaceState(null, '', place.pathname + place.search);
  return token;
}
