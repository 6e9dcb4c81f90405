import type { Segmenting, SegmentWords } from "../shape.ts";

export const segmentWords = {
  stageRule: {
    visitor: "沒買過，只見過瀏覽器或裝置。",
    lead: "沒買過，但已知信箱、電話、帳號或會員卡。",
    first_time: "只在一天買過，距今不超過自身週期的一倍半。",
    active: "照自己的週期購買：距上次購買不超過一倍半週期。",
    at_risk: "距上次購買超過一倍半週期。",
    lapsed: "距上次購買超過三倍週期。",
    won_back: "隔了三倍週期以上又回來購買，而且下一次還不算遲。",
  },
  conditionKind: {
    event: "做過的事", not_done: "沒做過的事", recency: "距上次多久", trait: "屬性", stage: "購買階段", rfm: "RFM 五等分",
    message: "對訊息的反應", reachable: "可觸及", consent: "同意", identified: "有識別碼", place: "所在地",
    since: "距某日天數", anniversary: "每年的日子", score: "預測分數", list: "上傳的名單", segment: "其他分眾",
  },
  liftVerdict: { over: "較多", under: "較少", same: "沒有明顯差異", too_few: "人數太少" },
  userKind: { segment: "分眾", journey: "旅程" },
} satisfies SegmentWords;

export default {
  segmenting: {
    views: "分眾的頁面",
    view: { segments: "分眾", lists: "名單", overlap: "重疊", cycle: "購買週期" },
    make: "建立分眾", edit: "編輯", copy: "複製", retire: "停用", retired: "已停用「{{name}}」。",
    drafts: "草稿", savedBy: "儲存者", savedAt: "儲存時間",
    usedBy: "使用處", usedByNone: "沒有其他分眾或旅程使用。",
    why: "某人為何在內或不在內", whyWho: "尋找顧客",
    isIn: "從 {{since}} 起在內。進入原因：{{cause}}。", isOut: "不在內。打叉的條件沒有符合。",
    toPersona: "這個分眾的人物誌", toOverlap: "與其他分眾比較",
  },
  builder: {
    title: "新的分眾", about: "用句子說明誰在其中，人數會隨著編輯更新。",
    views: "編輯方式", view: { sentences: "句子", json: "JSON" },
    undo: "復原", redo: "重做", keep: "儲存草稿", kept: "草稿已儲存。", toPublish: "檢查並發布", publish: "發布",
    publishNow: "發布，顧客立即進出", published: "「{{name}}」已生效。",
    add: "加入條件", addGroup: "加入群組", all: "全部符合", any_of: "任一符合", any: "不限", join: "條件如何結合", not: "不符合",
    negate: "反轉", copy: "複製條件", remove: "移除條件", asJson: "這個條件請以 JSON 編輯。",
    where: "其中", whereWord: "其中", removeWhere: "移除篩選",
    refused: "這裡不能用「{{value}}」。應為：{{expected}}。", likely: "您是指「{{word}}」嗎？", badJson: "還不是有效的 JSON。",
    funnel: "剩下多少人", everybody: "所有人", inSegment: "在分眾中", reachable: "可透過{{channel}}觸及", inWords: "換句話說",
    asCustomer: "以某位顧客來看", chooseCustomer: "選擇一位在內的顧客", wouldBeIn: "{{name}}會在內。", wouldBeOut: "{{name}}不會在內。", openCustomer: "開啟",
    partOf: "{{what}}：{{parts}}", met: "符合", unmet: "不符合",
    nameIn: "{{language}}名稱", key: "代碼", keyAbout: "小寫字母、數字、- 與 _，之後不再改變。",
    changes: "變更內容", effect: "對顧客的影響", enter: "進入", leave: "離開", stay: "留下",
    users: "隨之變動：{{what}}。", noUsers: "沒有其他分眾或旅程使用。",
    field: {
      name: "名稱", agg: "量度", property: "事件屬性", op: "比較", value: "值", window: "時間範圍", days: "天數", key: "屬性", did: "反應", message: "訊息",
      journey: "旅程", channel: "管道", state: "表示", kind: "種類", city: "城市", country: "國家", by: "如何得知", from: "從第幾天", to: "到第幾天",
      stages: "階段", lists: "名單", segments: "分眾",
    },
    window: {
      ever: "歷來", days: "最近幾天", hours: "最近幾小時", calendar: "最近幾個日曆天", between: "兩日之間",
      daysCount: "天數", hoursCount: "小時數", from: "起始日", to: "結束日",
    },
  },
  cycle: {
    title: "購買週期", about: "買家各在哪個位置：多近、多常、多少，各按自己的週期。",
    grid: "RFM 格", gridAbout: "每位買家落在一格，5 為最佳的五分之一。點一格即開成分眾。", corner: "最近消費與頻率",
    frequency: "頻率 {{fifth}}", recency: "最近消費 {{fifth}}", share: "銷售額 {{share}}", cell_other: "最近消費 {{r}}、頻率 {{f}}：{{customers}} 位顧客，銷售額 {{share}}",
    asOf: "截至日期", stages: "各階段人數變化", stage: "階段", rule: "規則", now: "現在",
  },
  overlap: {
    title: "分眾重疊", about: "有多少顧客同時屬於幾個分眾。", choose: "要比較的分眾", regions: "誰在哪些分眾",
    who: "顧客", only: "只在{{what}}", inAll: "都在：{{what}}", share: "占比", ofEach: "占各分眾",
    two: { title: "請至少選兩個分眾", about: "最多可疊六個。" },
  },
  lists: {
    title: "上傳的名單", about: "信箱、電話或會員卡的名單，可用在分眾裡，並跟著合併的顧客走。",
    upload: "上傳名單", uploadNow: "上傳", name: "名單名稱", key: "名單代碼", kind: "識別碼種類", guess: "依標題或樣式判斷",
    file: "檔案", chooseFile: "CSV 或純文字", text: "識別碼", textAbout: "一行一個，或附標題的表格，例如 email、手機。",
    report: "上傳結果", size: "識別碼數", customers: "顧客數", unmatched: "尚不認識", repeated: "重複", unusable: "無法使用",
    line: "第 {{line}} 行：{{value}}", toSegment: "以此建立分眾", uploadedAt: "上傳時間", by: "上傳者",
    none: { title: "還沒有名單", about: "賓客名單或合作夥伴的會員都能變成分眾。" },
  },
  persona: {
    of: "人物誌：{{segment}}", about: "這個分眾的人與其他人相比是誰，全由數字得出。",
    draw: "繪製人物誌", again: "重新繪製", print: "列印", drawn: "{{name}}的畫像", nobody: "這是畫出來的人物誌，名字是取的，並非真人，也不含任何人的資料。",
    none: { title: "還沒有繪製", about: "繪製時會計算數字，並保留到下次繪製。" },
    rest_other: "對照其他 {{number}} 人", basket: "客單價", orders: "每位買家每年訂單", sales: "一年銷售額", others: "其他人 {{value}}", ofAll: "占全部 {{share}}",
    rhythm: "購買間隔", days_other: "{{count}} 天", few: "少於 30 位顧客：占比反映的多半是個人而非群體。",
    who: "與眾不同之處", categories: "購買類別", products: "購買商品", channels: "出現的管道", hours: "活躍時段",
    what: "項目", share: "內部占比", restShare: "其他人占比", liftHead: "倍數（95% 區間）", lift: "{{lift}}（{{low}}–{{high}}）", verdict: "比較",
    how: "占比以顧客計。區間對一張表的所有列同時成立；不足 10 位顧客共有的不顯示。購買與活動取最近 365 天。",
    trait: "{{trait}}為{{value}}", band: "{{low}} 以上至 {{high}}", above: "{{low}} 以上", upTo: "{{high}} 以下",
    said: {
      size_other: "{{name}}代表 {{number}} 位顧客，占全部 {{share}}。",
      bought: "最近一年其中 {{share}} 買過東西，平均每人 {{often}} 次，每次 {{basket}}；其他人為 {{restOften}} 次、{{restBasket}}。",
      nothing: "最近一年沒有買過東西。",
      traits: "比其他人更常見：{{what}}。", goods: "最愛買{{what}}。", where: "多半出現在{{channel}}，時間約 {{from}}:00 至 {{to}}:00。",
    },
  },
} satisfies Segmenting;
