/**
 * The yardstick: forwards datagrams between pairs of sockets and does nothing else.
 * Usage: forwarder.ts PAIRS LEFT_IP RIGHT_IP LEFT_TARGET RIGHT_TARGET (addresses as ip:port).
 * Prints its ports as JSON: [[left, right], …]. What comes in on the left leaves on the right, to RIGHT_TARGET.
 */
function listen(hostname: string): Deno.DatagramConn {
  return Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
}

function target(text: string): Deno.NetAddr {
  const [hostname = "", port] = text.split(":");
  return { transport: "udp", hostname, port: Number(port) };
}

async function forward(
  from: Deno.DatagramConn,
  to: Deno.DatagramConn,
  address: Deno.NetAddr,
): Promise<never> {
  const buffer = new Uint8Array(2048);
  for (;;) {
    const [bytes] = await from.receive(buffer);
    to.send(bytes, address).catch(() => {});
  }
}

const [pairs = "1", leftIp = "", rightIp = "", leftTarget = "", rightTarget = ""] = Deno.args;
const ports: [left: number, right: number][] = [];
for (let pair = 0; pair < Number(pairs); pair++) {
  const [left, right] = [listen(leftIp), listen(rightIp)];
  ports.push([(left.addr as Deno.NetAddr).port, (right.addr as Deno.NetAddr).port]);
  void forward(left, right, target(rightTarget));
  void forward(right, left, target(leftTarget));
}
console.log(JSON.stringify(ports));
