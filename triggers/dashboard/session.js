// The function key and the caller's name: for this tab alone, in sessionStorage, and never in an address.

const KEY = "asr-autoprotect.key";
const NAME = "asr-autoprotect.name";
const PLACE = "asr-autoprotect.place";

export const key = () => sessionStorage.getItem(KEY);
export const name = () => sessionStorage.getItem(NAME) ?? "";

export function remember(newKey, newName) {
  sessionStorage.setItem(KEY, newKey);
  sessionStorage.setItem(NAME, newName);
}

export function forget() {
  sessionStorage.removeItem(KEY);
}

// Where to go on after the platform's sign-in, which does not give fragments back.
export function keepPlace() {
  sessionStorage.setItem(PLACE, location.hash);
}

export function takePlace() {
  const place = sessionStorage.getItem(PLACE);
  sessionStorage.removeItem(PLACE);
  return place;
}

// A key that a link hands over in its fragment is taken and removed from the address before anything else happens.
// One in the query has been sent to the server and stands in its log: it is removed as well, and not used.
export function takeKeyFromAddress() {
  const [path, query = ""] = location.hash.slice(1).split("?");
  const parts = new URLSearchParams(path.startsWith("/") ? query : location.hash.slice(1));
  const given = parts.get("key");
  const sent = ["code", "key"].some((one) => new URLSearchParams(location.search).has(one));
  if (given !== null) {
    parts.delete("key");
    if (given) sessionStorage.setItem(KEY, given);
  }
  if (given !== null || sent) {
    const rest = parts.toString();
    const place = path.startsWith("/") ? `#${path}${rest ? `?${rest}` : ""}` : "#/";
    history.replaceState(null, "", location.pathname + place);
  }
  return sent;
}
