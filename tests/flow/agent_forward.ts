import { stamped } from "./agent_answer.ts";
import { methodOf, nameOf, statusOf, type TextMessage, valuesOf } from "./text_message.ts";

/** The last request of a method, or answer of a status, that an agent got. */
export function lastReceived(
  received: readonly TextMessage[],
  what: string,
): TextMessage | undefined {
  return received.findLast((one) =>
    /^\d{3}$/.test(what)
      ? String(statusOf(one)) === what
      : statusOf(one) === undefined && methodOf(one) === what
  );
}

/** A request as a record-routing proxy at `address` sends it on, to another target if one is given (RFC 3261 §16.6). */
export function forwardedRequest(
  request: TextMessage,
  options: { address: string; branch: string; uri: string | undefined },
): { startLine: string; lines: string[] } {
  const { address, branch, uri } = options;
  const [method, target] = request.startLine.split(" ");
  const vias = valuesOf(request, "via").map((via, index) => index === 0 ? stamped(via) : via);
  const hops = Number(valuesOf(request, "max-forwards")[0] ?? "70") - 1;
  const own = `<sip:${address};lr>`;
  const routes = valuesOf(request, "route").filter((route) => route !== own);
  const kept = without(request, ["via", "max-forwards", "route", "content-length"]);
  return {
    startLine: `${method} ${uri ?? target} SIP/2.0`,
    lines: [
      `Via: SIP/2.0/UDP ${address};branch=${branch};rport`,
      ...vias.map((via) => `Via: ${via}`),
      ...(method === "INVITE" ? [`Record-Route: ${own}`] : []),
      `Max-Forwards: ${hops}`,
      ...routes.map((route) => `Route: ${route}`),
      ...kept,
    ],
  };
}

/** An answer without the proxy's own Via (RFC 3261 §16.7). */
export function forwardedResponse(response: TextMessage): { startLine: string; lines: string[] } {
  const vias = valuesOf(response, "via").slice(1).map((via) => `Via: ${via}`);
  const lines = [...vias, ...without(response, ["via", "content-length"])];
  return { startLine: response.startLine, lines };
}

function without(message: TextMessage, names: readonly string[]): string[] {
  return message.lines.filter((line) => !names.includes(nameOf(line)));
}
