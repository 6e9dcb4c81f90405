import type { paths } from "./schema.d.ts";

type Json<R> = R extends { content: { "application/json": infer T } } ? T : never;

/** What a GET of this path answers. */
export type Answer<P extends keyof paths> = paths[P] extends { get: { responses: { 200: infer R } } } ? Json<R> : never;

/** What a POST to this path answers. */
export type Posted<P extends keyof paths> = paths[P] extends { post: { responses: { 200: infer R } } } ? Json<R> : never;

export type Session = Answer<"/api/session">;
export type Home = Answer<"/api/home">;
export type CustomerRow = Answer<"/api/customers">["items"][number];
export type Customer = Answer<"/api/customers/{customer}">;
export type Moment = Answer<"/api/customers/{customer}/timeline">["items"][number];
export type Graph = Answer<"/api/customers/{customer}/graph">;
export type Decision = Answer<"/api/customers/{customer}/decisions">["items"][number];
export type SegmentRow = Answer<"/api/segments">["items"][number];
export type Segment = Answer<"/api/segments/{key}">;
export type History = Answer<"/api/segments/{key}/history">["points"];
export type JourneyRow = Answer<"/api/journeys">["items"][number];
export type Journey = Answer<"/api/journeys/{key}">;
export type Step = Journey["steps"][number];
export type Report = Answer<"/api/journeys/{key}/report">;
export type HomeDecision = Home["recent_decisions"][number];
export type MessageRow = Answer<"/api/messages">["items"][number];
export type Preview = Posted<"/api/messages/{key}/preview">;
export type Overview = Answer<"/api/reports/overview">;
export type Day = Overview["days"][number];
export type Source = Answer<"/api/sources">["items"][number];
export type Volume = Answer<"/api/sources/volume">["items"][number];
export type Arrival = Answer<"/api/arrivals">["items"][number];
export type Call = Answer<"/api/arrivals/{arrival}">;
export type PrivacyRequest = Answer<"/api/privacy/requests">["items"][number];
export type PersonalTag = Answer<"/api/privacy/tags">["items"][number];
export type PrivacyRules = Answer<"/api/privacy/rules">["rules"];
export type ComputedTrait = Answer<"/api/computed-traits">["items"][number];
export type PersonaCard = Answer<"/api/segments/{key}/persona">;
export type Persona = PersonaCard["persona"];
export type Feature = Persona["traits"][number];
export type Duplicates = Answer<"/api/identity/duplicates">;
export type Duplicate = Duplicates["items"][number];
export type IdentityRules = Answer<"/api/identity/rules">;
export type Work = Answer<"/api/identity/work/{work}">;
export type Clock = Session["clock"];
export type ImportFile = Answer<"/api/imports/files/{file_id}">;
export type Import = Answer<"/api/imports/{job_id}">;
export type ImportReport = Answer<"/api/imports/{job_id}/report">;
export type Export = Answer<"/api/exports/{job_id}">;
