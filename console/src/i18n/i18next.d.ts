import "i18next";
import type en from "../locales/en.ts";
import type plan from "../locales/en/plan.ts";
import type segmenting from "../locales/en/segments.ts";

// A key that is not in the English file is a compile error.
declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en & typeof plan & typeof segmenting };
  }
}
