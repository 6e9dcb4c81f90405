/** The test page's words in the three languages. */

export interface Words {
  lang: string;
  texts: Record<string, string>;
}

const en: Words = {
  lang: "en",
  texts: {
    title: "Web SDK test page",
    about: "Each button makes one call. Below is what became of it; the console shows the same events as they arrive.",
    calls: "Calls",
    log: "What happened",
    yes: "consent: yes",
    no: "consent: no",
    loading: "Loading the SDK",
    ready: "Ready, version",
    noKey: "Add ?key= and a source's write key to the address.",
    failed: "The SDK did not load: is this the write key of a source?",
    marked: "A marked element",
  },
};

const zhHant: Words = {
  lang: "zh-Hant",
  texts: {
    title: "網頁 SDK 測試頁",
    about: "每個按鈕送出一次呼叫，下方列出結果；事件送達後，控制台也會顯示同樣的事件。",
    calls: "呼叫",
    log: "結果",
    yes: "同意：是",
    no: "同意：否",
    loading: "正在載入 SDK",
    ready: "已就緒，版本",
    noKey: "請在網址後加上 ?key= 與資料來源的寫入金鑰。",
    failed: "SDK 無法載入：這是資料來源的寫入金鑰嗎？",
    marked: "已標記的元素",
  },
};

const zhHans: Words = {
  lang: "zh-Hans",
  texts: {
    title: "网页 SDK 测试页",
    about: "每个按钮发出一次调用，下方列出结果；事件送达后，控制台也会显示同样的事件。",
    calls: "调用",
    log: "结果",
    yes: "授权同意：是",
    no: "授权同意：否",
    loading: "正在加载 SDK",
    ready: "已就绪，版本",
    noKey: "请在网址后加上 ?key= 和数据源的写入密钥。",
    failed: "SDK 无法加载：这是数据源的写入密钥吗？",
    marked: "已标记的元素",
  },
};

export const WORDS: Record<string, Words> = {
  en,
  "zh-Hant": zhHant, "zh-TW": zhHant, "zh-HK": zhHant,
  "zh-Hans": zhHans, "zh-CN": zhHans, "zh-SG": zhHans, zh: zhHans,
};
