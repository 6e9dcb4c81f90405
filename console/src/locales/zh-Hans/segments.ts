import type { Segmenting, SegmentWords } from "../shape.ts";

export const segmentWords = {
  stageRule: {
    visitor: "没买过，只见过浏览器或设备。",
    lead: "没买过，但已知邮箱、手机号、账号或会员卡。",
    first_time: "只在一天买过，距今不超过自身周期的一倍半。",
    active: "按自己的周期购买：距上次购买不超过一倍半周期。",
    at_risk: "距上次购买超过一倍半周期。",
    lapsed: "距上次购买超过三倍周期。",
    won_back: "隔了三倍周期以上又回来购买，而且下一次还不算晚。",
  },
  conditionKind: {
    event: "做过的事", not_done: "没做过的事", recency: "距上次多久", trait: "属性", stage: "购买阶段", rfm: "RFM 五等分",
    message: "对消息的反应", reachable: "可触达", consent: "授权同意", identified: "有标识", place: "所在地",
    since: "距某日天数", anniversary: "每年的日子", score: "预测分数", list: "上传的名单", segment: "其他人群",
  },
  liftVerdict: { over: "更多", under: "更少", same: "无明显差异", too_few: "人数太少" },
  userKind: { segment: "人群", journey: "旅程" },
} satisfies SegmentWords;

export default {
  segmenting: {
    views: "人群的页面",
    view: { segments: "人群", lists: "名单", overlap: "重叠", cycle: "购买周期" },
    make: "新建人群", edit: "编辑", copy: "复制", retire: "停用", retired: "已停用“{{name}}”。",
    drafts: "草稿", savedBy: "保存人", savedAt: "保存时间",
    usedBy: "被谁使用", usedByNone: "没有其他人群或旅程使用。",
    why: "某人为何在内或不在内", whyWho: "查找客户",
    isIn: "自 {{since}} 起在内。进入原因：{{cause}}。", isOut: "不在内。打叉的条件未满足。",
    toPersona: "这个人群的人物画像", toOverlap: "与其他人群比较",
  },
  builder: {
    title: "新的人群", about: "用句子说明谁在其中，人数随编辑更新。",
    views: "编辑方式", view: { sentences: "句子", json: "JSON" },
    undo: "撤销", redo: "重做", keep: "保存草稿", kept: "草稿已保存。", toPublish: "检查并发布", publish: "发布",
    publishNow: "发布，客户立即进出", published: "“{{name}}”已生效。",
    add: "添加条件", addGroup: "添加分组", all: "全部满足", any_of: "任一满足", any: "不限", join: "条件如何组合", not: "不满足",
    negate: "取反", copy: "复制条件", remove: "移除条件", asJson: "这个条件请用 JSON 编辑。",
    where: "其中", whereWord: "其中", removeWhere: "移除筛选",
    refused: "这里不能用“{{value}}”。应为：{{expected}}。", likely: "您是指“{{word}}”吗？", badJson: "还不是有效的 JSON。",
    funnel: "剩下多少人", everybody: "所有人", inSegment: "在人群中", reachable: "可通过{{channel}}触达", inWords: "换句话说",
    asCustomer: "以某位客户来看", chooseCustomer: "选择一位在内的客户", wouldBeIn: "{{name}}会在内。", wouldBeOut: "{{name}}不会在内。", openCustomer: "打开",
    partOf: "{{what}}：{{parts}}", met: "满足", unmet: "不满足",
    nameIn: "{{language}}名称", key: "代码", keyAbout: "小写字母、数字、- 和 _，之后不再改变。",
    changes: "变更内容", effect: "对客户的影响", enter: "进入", leave: "离开", stay: "留下",
    users: "随之变动：{{what}}。", noUsers: "没有其他人群或旅程使用。",
    field: {
      name: "名称", agg: "度量", property: "事件属性", op: "比较", value: "值", window: "时间范围", days: "天数", key: "属性", did: "反应", message: "消息",
      journey: "旅程", channel: "渠道", state: "表示", kind: "种类", city: "城市", country: "国家", by: "如何得知", from: "从第几天", to: "到第几天",
      stages: "阶段", lists: "名单", segments: "人群",
    },
    window: {
      ever: "历史上", days: "最近几天", hours: "最近几小时", calendar: "最近几个自然日", between: "两日之间",
      daysCount: "天数", hoursCount: "小时数", from: "起始日", to: "结束日",
    },
  },
  cycle: {
    title: "购买周期", about: "买家各处在什么位置：多近、多勤、多少，各按自己的周期。",
    grid: "RFM 网格", gridAbout: "每位买家落在一格，5 为最好的五分之一。点一格即可打开为人群。", corner: "最近消费与频率",
    frequency: "频率 {{fifth}}", recency: "最近消费 {{fifth}}", share: "销售额 {{share}}", cell_other: "最近消费 {{r}}、频率 {{f}}：{{customers}} 位客户，销售额 {{share}}",
    asOf: "截至日期", stages: "各阶段人数变化", stage: "阶段", rule: "规则", now: "现在",
  },
  overlap: {
    title: "人群重叠", about: "有多少客户同时属于几个人群。", choose: "要比较的人群", regions: "谁在哪些人群",
    who: "客户", only: "只在{{what}}", inAll: "都在：{{what}}", share: "占比", ofEach: "占各人群",
    two: { title: "请至少选两个人群", about: "最多可叠六个。" },
  },
  lists: {
    title: "上传的名单", about: "邮箱、手机号或会员卡的名单，可用在人群里，并跟随合并的客户。",
    upload: "上传名单", uploadNow: "上传", name: "名单名称", key: "名单代码", kind: "标识种类", guess: "按表头或样式判断",
    file: "文件", chooseFile: "CSV 或纯文本", text: "标识", textAbout: "一行一个，或带表头的表格，例如 email、手机。",
    report: "上传结果", size: "标识数", customers: "客户数", unmatched: "尚不认识", repeated: "重复", unusable: "无法使用",
    line: "第 {{line}} 行：{{value}}", toSegment: "据此新建人群", uploadedAt: "上传时间", by: "上传人",
    none: { title: "还没有名单", about: "嘉宾名单或合作伙伴的会员都能变成人群。" },
  },
  persona: {
    of: "人物画像：{{segment}}", about: "这个人群的人与其他人相比是谁，全由数字得出。",
    draw: "绘制人物画像", again: "重新绘制", print: "打印", drawn: "{{name}}的画像", nobody: "这是画出来的人物画像，名字是取的，并非真人，也不含任何人的数据。",
    none: { title: "还没有绘制", about: "绘制时会计算数字，并保留到下次绘制。" },
    rest_other: "对照其他 {{number}} 人", basket: "客单价", orders: "每位买家每年订单", sales: "一年销售额", others: "其他人 {{value}}", ofAll: "占全部 {{share}}",
    rhythm: "购买间隔", days_other: "{{count}} 天", few: "少于 30 位客户：占比反映的多半是个人而非群体。",
    who: "与众不同之处", categories: "购买品类", products: "购买商品", channels: "出现的渠道", hours: "活跃时段",
    what: "项目", share: "内部占比", restShare: "其他人占比", liftHead: "倍数（95% 区间）", lift: "{{lift}}（{{low}}–{{high}}）", verdict: "比较",
    how: "占比以客户计。区间对一张表的所有行同时成立；不足 10 位客户共有的不显示。购买与活动取最近 365 天。",
    trait: "{{trait}}为{{value}}", band: "{{low}} 以上至 {{high}}", above: "{{low}} 以上", upTo: "{{high}} 以下",
    said: {
      size_other: "{{name}}代表 {{number}} 位客户，占全部 {{share}}。",
      bought: "最近一年其中 {{share}} 买过东西，平均每人 {{often}} 次，每次 {{basket}}；其他人为 {{restOften}} 次、{{restBasket}}。",
      nothing: "最近一年没有买过东西。",
      traits: "比其他人更常见：{{what}}。", goods: "最爱买{{what}}。", where: "多半出现在{{channel}}，时间约 {{from}}:00 至 {{to}}:00。",
    },
  },
} satisfies Segmenting;
