const HOSTS = new Set(["t.me", "telegram.me", "telegram.dog"]);
const SCHEMES = new Set(["http:", "https:", "mailto:", "tel:", "tg:"]);

/**
 * Reads an address.
 *
 * @param {string} address As written; one without scheme is taken for https.
 * @param {string} botUsername Whose links stay on this phone.
 * @returns {{kind: "web"|"start"|"bot"|"telegram", href: string, payload?: string}|null} Null for what no link may be,
 *   such as javascript:.
 */
export function readLink(address, botUsername) {
  let url;
  try {
    url = new URL(/^([a-z][a-z0-9+.-]*:\/\/|mailto:|tel:|[a-z]+:[^\d])/i.test(address) ? address : `https://${address}`);
  } catch {
    return null;
  }
  if (!SCHEMES.has(url.protocol)) return null;
  const path = url.pathname.split("/").filter(Boolean);
  const ofTelegram = HOSTS.has(url.hostname) && url.protocol !== "tg:";
  const name = ofTelegram ? path[0] : url.protocol === "tg:" ? url.searchParams.get("domain") : null;
  if (name && botUsername && name.toLowerCase() === botUsername.toLowerCase()) {
    const payload = url.searchParams.get("start");
    return payload ? { kind: "start", href: url.href, payload } : { kind: "bot", href: url.href };
  }
  return { kind: url.protocol === "tg:" ? "telegram" : "web", href: url.href };
}
