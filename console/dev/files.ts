import { ago } from "./people.ts";

const column = (name: string, to: string, because: string, share: number, ...samples: string[]) => ({ name, to, because, share, samples });

/** A file as the server recognises it. */
export const FILE = {
  id: "5d41402abc4b2a76b9719d911017c592", name: "會員資料_202611.csv", bytes: 48_210_331, form: "delimited", encoding: "big5", confidence: 0.86, delimiter: ",",
  sheet: null, sheets: [], title_rows: 1, header_rows: 1, rows: "customer", order: "ymd", calendar: "roc", preset: "91app-members", preset_title: "91APP members",
  notes: [{ kind: "title_rows", facts: { rows: 1 } }, { kind: "renamed_column", facts: { column: 6, name: "電話", renamed: "電話 (2)" } }, { kind: "empty_column", facts: { name: "備註" } }],
  columns: [
    column("會員編號", "identifier.user_id", "preset", 1, "M0001", "M0002", "M0003"), column("姓名", "trait.name", "preset", 1, "林美", "王小明", "陳大文"),
    column("手機", "identifier.phone", "preset", 0.97, "912345678", "0922-345-678", "9.12E+08"), column("Email", "identifier.email", "preset", 0.99, "mei@example.com", "wen @example.com"),
    column("生日", "trait.birthday", "preset", 0.94, "79/03/05", "民國75年3月2日"), column("電話", "", "masked", 0.02, "02****6789"), column("電話 (2)", "", "unknown", 0, "分機 12"),
    column("剩餘點數", "points", "preset", 1, "1,200", "0", "350"), column("是否訂閱電子報", "consent.email.marketing", "preset", 0.98, "是", "否"), column("備註", "", "empty", 0),
  ],
  first_rows: [["M0001", "林美", "912345678", "mei@example.com", "79/03/05", "02****6789", "分機 12", "1,200", "是", ""]],
};

const job = (id: string, state: string, title: string, more: object = {}) => ({
  id, state, stage: "run", title, source: "app91", rows: "customer", asked_by: "Wei Chen", asked_at: ago(40), began_at: ago(39), ended_at: null, stopping: false,
  progress: { rows: 0, done: 0, of: 0 }, outcome: { rows: 300_412, bad_rows: 2_981, to_send: 594_862, sent: null, new_events: null }, trouble: null, ...more,
});

/** Imports in every state. */
export const IMPORTS = [
  job("i1", "running", "till_sales_2026.csv", { rows: "order_line", source: "till", progress: { rows: 0, done: 412_000, of: 594_862 } }),
  job("i2", "asking", FILE.name, { stage: "check" }),
  job("i3", "done", "LINE_friends.xlsx", { source: "line_friends", ended_at: ago(20), outcome: { rows: 120_004, bad_rows: 12, to_send: 119_992, sent: 119_992, new_events: 119_871 } }),
  job("i4", "failed", "會員_舊.xls", { trouble: { code: "broken-file", title: "This file is damaged and cannot be read to its end; export it again.", detail: "This file is damaged and cannot be read to its end; export it again. (file: 會員_舊.xls)" } }),
  job("i5", "cancelled", "優惠券.csv", { rows: "coupon" }),
];

/** What the check of an import found. */
export const REPORT = {
  rows: 300_412, bad_rows: 2_981, repeated: 412, events: { Identify: 297_431, "Points Balance Stated": 297_431 },
  repairs: [
    { column: "手機", what: "leading_zero", times: 41_204, examples: [["912345678", "+886912345678"]] }, { column: "生日", what: "roc_year", times: 18_220, examples: [["79/03/05", "1990-03-05"]] },
    { column: "Email", what: "spaces", times: 934, examples: [["wen @example.com", "wen@example.com"]] }, { column: "手機", what: "full_width", times: 88, examples: [["０９１２３４５６７８", "+886912345678"]] },
  ],
  left_out: [{ column: "手機", what: "digits_lost", times: 1_204, examples: [["9.12E+08", ""]] }, { column: "手機", what: "masked", times: 310, examples: [["0912***456", ""]] }],
  bad_reasons: [{ reason: "no_identifier", in_words: "nothing in the row says who it is about", times: 2_600 }, { reason: "not_a_number", in_words: "this is no number", times: 381 }],
  bad_lines: [{ row: 118, reason: "no_identifier", column: "", value: "" }, { row: 2_204, reason: "not_a_number", column: "剩餘點數", value: "一百" }, { row: 9_310, reason: "wrong_width", column: "", value: "" }],
  points: { in_file: 41_209_331, going_in: 41_203_102 }, unused_coupons: { in_file: 0, going_in: 0 }, revenue: {},
  people: { rows_new: 251_200, people_new: 250_988, rows_known: 45_919, rows_joining: 312, rows_of_nobody: 0 },
};

const exported = (id: string, state: string, what: string, more: object = {}) => ({
  id, state, what, form: "csv", segment: "", taker: null, since: null, until: null, file_name: `${what}.csv`, asked_at: ago(30), ended_at: null, stopping: false, rows: 0, trouble: null, ...more,
});

/** Exports in several states. */
export const EXPORTS = [
  exported("e1", "running", "events", { form: "parquet", since: "2017-01-01", until: "2017-12-31", rows: 84_000 }),
  exported("e2", "done", "audience", { segment: "tea", taker: "meta", file_name: "meta.csv", rows: 2_204 }),
  exported("e3", "done", "customers", { rows: 1_418 }),
  exported("e4", "cancelled", "customers"),
];
