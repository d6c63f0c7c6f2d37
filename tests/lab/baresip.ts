import { eventually } from "./command.ts";
import type { Account } from "./kamailio.ts";
import type { Network } from "./network.ts";
import type { LabProcess } from "./process.ts";
import { makeTone, type Recording } from "./tone.ts";
import { readWav, writeWav } from "./wav.ts";

/** What a phone is set up with. */
export interface PhoneOptions {
  readonly host: string;
  readonly ip: string;
  readonly account: Account;
  /** The host part of its AOR. */
  readonly domain: string;
  /** Where it sends everything, as a SIP URI; none: to the domain itself. */
  readonly outbound?: string;
  readonly toneHz: number;
  /** baresip hangs up when its tone is over. */
  readonly toneSeconds?: number;
  readonly folder: string;
  /** For how long it registers; ten minutes unless said otherwise. */
  readonly registerSeconds?: number;
  /** "manual": it rings until the lab accepts. */
  readonly answer?: "auto" | "manual";
  /** Further modules and parameters of the account. */
  readonly modules?: readonly string[];
  readonly parameters?: readonly string[];
  /** True for a phone with a camera: its calls have video too. */
  readonly video?: boolean;
}

/** Something the phone reports. */
export interface PhoneEvent {
  readonly type: string;
  readonly param: string;
}

const CONTROL_PORT = 4444;

/** A baresip user agent that plays a tone of its own, records what it hears and answers by itself. */
export class Phone {
  readonly options: PhoneOptions;
  readonly events: PhoneEvent[] = [];
  readonly #network: Network;
  readonly #process: LabProcess;
  readonly #control: LabProcess;
  readonly #answered = new Set<string>();
  #commands = 0;
  #unread = "";

  private constructor(network: Network, options: PhoneOptions, process: LabProcess) {
    this.options = options;
    this.#network = network;
    this.#process = process;
    // The control port is inside the namespace; bash carries it to us without further tools.
    const bridge = `exec 3<>/dev/tcp/127.0.0.1/${CONTROL_PORT}; cat <&3 & cat >&3`;
    this.#control = network.start(options.host, ["bash", "-c", bridge], {
      name: `control ${options.host}`,
      input: true,
    });
    this.#control.onOutput((text) => this.#take(text));
  }

  /** Starts the phone and returns once it can be driven; it registers at once. */
  static async start(network: Network, options: PhoneOptions): Promise<Phone> {
    await Deno.mkdir(`${options.folder}/${options.host}`);
    const folder = `${options.folder}/${options.host}`;
    const tone = makeTone(options.toneHz, { seconds: options.toneSeconds ?? 60 });
    await Deno.writeFile(`${folder}/tone.wav`, writeWav(tone));
    await Deno.writeTextFile(`${folder}/config`, baresipConfiguration(options, folder));
    await Deno.writeTextFile(`${folder}/accounts`, baresipAccount(options));
    await Deno.writeTextFile(`${folder}/contacts`, "");
    const process = network.start(options.host, ["baresip", "-f", folder, "-v"], {
      name: `baresip ${options.host}`,
    });
    if (!await process.printed("baresip is ready", { timeoutMs: 10_000 })) {
      throw new Error(`Phone ${options.host} did not start: ${process.output.slice(-2_000)}`);
    }
    const phone = new Phone(network, options, process);
    // Its answer shows that the connection stands: no event is missed from here on.
    await phone.command("reginfo", "");
    return phone;
  }

  /** What it printed, for the report of a failure. */
  get output(): string {
    return this.#process.output;
  }

  /** Calls a SIP URI. */
  async dial(uri: string): Promise<void> {
    await this.command("dial", uri);
  }

  async hangUp(): Promise<void> {
    await this.command("hangup", "");
  }

  /** Gives a command of baresip's menu and waits for the answer. */
  async command(command: string, params: string): Promise<void> {
    const token = String(++this.#commands);
    const json = JSON.stringify({ command, params, token });
    await this.#control.write(`${json.length}:${json},`);
    if (await eventually(() => this.#answered.has(token), { timeoutMs: 5_000 })) return;
    throw new Error(`Phone ${this.options.host} did not answer the command ${command} ${params}`);
  }

  /** True when the phone reports the event after the first `after` ones within the time. */
  saw(type: string, options: { timeoutMs: number; after?: number }): Promise<boolean> {
    const fits = () => this.events.slice(options.after ?? 0).some((event) => event.type === type);
    return eventually(fits, options);
  }

  /** What it heard since the last time, in one piece; ask when the call has ended. */
  async takeRecording(): Promise<Recording> {
    const parts = await this.takeRecordings();
    return {
      sampleRate: parts[0]?.sampleRate ?? 8_000,
      samples: Int16Array.from(parts.flatMap((part) => [...part.samples])),
    };
  }

  /** What it heard since the last time, one recording per call, in the order in which they began. */
  async takeRecordings(): Promise<Recording[]> {
    const folder = `${this.options.folder}/${this.options.host}`;
    const names = [...Deno.readDirSync(folder)].map((entry) => entry.name);
    const dumps = names.filter((name) => name.startsWith("dump-")).sort();
    const parts: Recording[] = [];
    for (const name of dumps) {
      if (name.endsWith("-dec.wav")) parts.push(readWav(await Deno.readFile(`${folder}/${name}`)));
      // Renamed, so that the next call's recording is found and this one's stays to be looked at.
      await Deno.rename(`${folder}/${name}`, `${folder}/taken-${name}`);
    }
    return parts;
  }

  async stop(): Promise<void> {
    // In this order: the connection ends with the phone, and what bash has started with the connection.
    await this.#process.stop();
    await this.#control.stop();
  }

  #take(text: string): void {
    this.#unread += text;
    for (;;) {
      const colon = this.#unread.indexOf(":");
      const length = Number(this.#unread.slice(0, Math.max(0, colon)));
      if (colon < 1 || this.#unread.length < colon + length + 2) return;
      const message = JSON.parse(this.#unread.slice(colon + 1, colon + 1 + length));
      this.#unread = this.#unread.slice(colon + length + 2);
      if (message.response === true) this.#answered.add(String(message.token));
      if (message.event === true) {
        this.events.push({ type: String(message.type), param: String(message.param ?? "") });
      }
    }
  }
}

function baresipAccount(options: PhoneOptions): string {
  const { account, domain, outbound } = options;
  const parameters = [
    `auth_user=${account.user}`,
    `auth_pass=${account.password}`,
    `regint=${options.registerSeconds ?? 600}`,
    "audio_codecs=pcmu",
    ...options.video ? ["video_codecs=vp8"] : [],
    `answermode=${options.answer ?? "auto"}`,
    ...options.parameters ?? [],
    ...(outbound === undefined ? [] : [`outbound="${outbound}"`]),
  ];
  return `<sip:${account.user}@${domain}>;${parameters.join(";")}\n`;
}

const VIDEO = `module vp8.so
module fakevideo.so
video_source fakevideo,nil
video_display fakevideo,nil
video_size 176x144
video_bitrate 128000
video_fps 10
`;

function baresipConfiguration(options: PhoneOptions, folder: string): string {
  const modules = options.modules ?? [];
  return `poll_method epoll
sip_listen ${options.ip}:5060
audio_path ${folder}
audio_source aufile,${folder}/tone.wav
audio_level no
rtp_ports 20000-20100
rtcp_mux no
jitter_buffer_delay 1-5
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module sndfile.so
${options.video ? VIDEO : ""}module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
${
    modules.map((module) => `module_app ${module}.so\n`).join("")
  }ctrl_tcp_listen 127.0.0.1:${CONTROL_PORT}
snd_path ${folder}
`;
}
