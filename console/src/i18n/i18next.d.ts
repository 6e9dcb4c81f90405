import "i18next";
import type en from "../locales/en.ts";
import type { screens as files } from "../locales/en/files.ts";
import type { screens as team } from "../locales/en/team.ts";
import type { screens as simulator } from "../locales/en/simulator.ts";
import type { screens as identity } from "../locales/en/identity.ts";
import type { screens as intake } from "../locales/en/intake.ts";
import type { screens as sentences } from "../locales/en/sentences.ts";
import type { screens as privacy } from "../locales/en/privacy.ts";
import type plan from "../locales/en/plan.ts";
import type segmenting from "../locales/en/segments.ts";

// A key that is not in the English file is a compile error.
declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en & typeof simulator & typeof team & typeof files & typeof identity & typeof intake & typeof privacy & typeof sentences & typeof plan & typeof segmenting };
  }
}
