import { captureProblems, outsideProblems, witnessProblems } from "./checks.ts";
import type { Report, Step } from "./report.ts";
import { Sipmasq, type SipmasqSetup } from "./sipmasq.ts";
import { callProblems, makeCall, type Plan } from "./talk.ts";
import { Site } from "./topology.ts";

/** What a group of steps needs. */
export interface SceneOptions {
  /** In front of each step's name. */
  readonly title: string;
  readonly report: Report;
  readonly folder: string;
  readonly sipmasq?: SipmasqSetup;
  /** Addresses in the inside's range that somebody outside has written, and may get back. */
  readonly foreign?: readonly string[];
  /** What has to stand before sipmasq starts. */
  readonly prepare?: (site: Site) => Promise<void>;
}

/** A site with sipmasq on its router, and the steps that are played there. */
export class Scene {
  readonly site: Site;
  readonly #options: SceneOptions;
  #sipmasq: Sipmasq | undefined;

  private constructor(site: Site, options: SceneOptions) {
    this.site = site;
    this.#options = options;
  }

  /** Makes the site, plays, and judges what was seen outside; removes everything whatever happens. */
  static async play(
    options: SceneOptions,
    steps: (scene: Scene) => Promise<void>,
  ): Promise<void> {
    const site = await Site.makeBoth(options.folder);
    const scene = new Scene(site, options);
    try {
      await options.prepare?.(site);
      if (!await scene.step("sipmasq starts on the router", () => scene.start())) return;
      await steps(scene);
      await scene.#judge();
    } finally {
      await site.remove();
    }
  }

  /** The sipmasq that runs, or ran last. */
  get sipmasq(): Sipmasq {
    if (this.#sipmasq === undefined) throw new Error("Cannot use sipmasq: it was not started");
    return this.#sipmasq;
  }

  /** Starts sipmasq (again). */
  async start(): Promise<string[]> {
    const { folder, sipmasq } = this.#options;
    this.#sipmasq = await Sipmasq.start(this.site.network, folder, sipmasq);
    return [];
  }

  /** Runs a step; when it fails, the end of sipmasq's log stands under it. */
  async step(name: string, run: Step["run"]): Promise<boolean> {
    const { report, title } = this.#options;
    const passed = await report.step(`${title}: ${name}`, run);
    if (!passed) report.note(this.#sipmasq?.log ?? "");
    return passed;
  }

  /** Runs a control: its check has to find something. */
  control(name: string, run: Step["run"]): Promise<boolean> {
    const { report, title } = this.#options;
    return report.control(`${title}: ${name}`, run);
  }

  /** A call with audio in both directions. */
  call(name: string, plan: Plan): Promise<boolean> {
    return this.step(name, async () => callProblems(await makeCall(this.site, plan)));
  }

  async #judge(): Promise<void> {
    const { site } = this;
    const { foreign = [] } = this.#options;
    await this.step("nothing that was seen outside names the inside", async () => {
      const witnesses = [...site.providers.values()];
      return [
        ...await outsideProblems(site),
        ...witnesses.flatMap((provider) => witnessProblems(provider.log, foreign)),
        ...await captureProblems(site),
      ];
    });
    await this.step("sipmasq ends when it is told to", async () => {
      await this.sipmasq.stop();
      const { exitCode } = this.sipmasq;
      return exitCode === 0 ? [] : [`Its exit code was ${exitCode}`];
    });
  }
}
