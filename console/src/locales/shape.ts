import type * as simulator from "./en/simulator.ts";
import type * as team from "./en/team.ts";
import type * as files from "./en/files.ts";
import type * as identity from "./en/identity.ts";
import type * as intake from "./en/intake.ts";
import type * as sentences from "./en/sentences.ts";
import type * as refusals from "./en/refusals.ts";
import type * as privacy from "./en/privacy.ts";
import type plan from "./en/plan.ts";
import type { words as planWords } from "./en/plan.ts";
import type screens from "./en/screens.ts";
import type segmenting from "./en/segments.ts";
import type { segmentWords } from "./en/segments.ts";
import type words from "./en/words.ts";

// Chinese has one form for any number, so what English says of one has no counterpart.
type Texts<T> = T extends string ? string : { [K in keyof T as K extends `${string}_one` ? never : K]: Texts<T[K]> };

/** What every language must say, key for key. */
export type Screens = Texts<typeof screens>;
export type Segmenting = Texts<typeof segmenting>;
export type SegmentWords = Texts<typeof segmentWords>;
export type Words = Texts<typeof words>;
export type IntakeScreens = Texts<typeof intake.screens>;
export type IntakeWords = Texts<typeof intake.words>;
export type RefusalWords = Texts<typeof refusals.words>;
export type PrivacyScreens = Texts<typeof privacy.screens>;
export type IdentityScreens = Texts<typeof identity.screens>;
export type IdentityWords = Texts<typeof identity.words>;
export type Plan = Texts<typeof plan>;
export type PlanWords = Texts<typeof planWords>;
export type FilesScreens = Texts<typeof files.screens>;
export type FilesWords = Texts<typeof files.words>;
export type TeamScreens = Texts<typeof team.screens>;
export type SimulatorScreens = Texts<typeof simulator.screens>;
export type SentenceScreens = Texts<typeof sentences.screens>;
export type TeamWords = Texts<typeof team.words>;
