/** The field types as a builder meets them: by family, with what each can be told. */
import { msg } from "@lingui/core/macro";
import type { MessageDescriptor } from "@lingui/core";
import { Braces, type LucideIcon, Sigma } from "lucide-react";
import { KINDS } from "../records/fields/registry";
import type { Body } from "./draft";

export const SYSTEM = new Set(["id", "version", "created_at", "created_by", "changed_at", "changed_by", "trashed_at", "position", "search"]);

export type Setting =
  | "required" | "unique" | "fixed" | "read_only" | "search" | "default" | "choices" | "decimals" | "currency" | "min" | "max" | "max_length"
  | "to" | "filter" | "reverse" | "on_remove" | "pattern" | "formula" | "path" | "accept" | "max_size" | "max_count" | "depth" | "symbology" | "tree"
  | "where" | "sort" | "take" | "min_rows";

export interface FieldType {
  name: string;
  label: MessageDescriptor;
  /** Words that a search finds it by, in either language. */
  hints: string;
  family: Family;
  settings: Setting[];
  start?: Body;
}

export type Family = "text" | "number" | "choice" | "when" | "link" | "file" | "place" | "computed";

export const FAMILIES: { name: Family; label: MessageDescriptor }[] = [
  { name: "text", label: msg`Text` },
  { name: "number", label: msg`Numbers` },
  { name: "choice", label: msg`Choices` },
  { name: "when", label: msg`Dates and times` },
  { name: "link", label: msg`Links and lines` },
  { name: "file", label: msg`Files and signatures` },
  { name: "place", label: msg`People and places` },
  { name: "computed", label: msg`Computed` },
];

const WRITTEN: Setting[] = ["required", "default", "read_only", "fixed"];
const TEXT: Setting[] = [...WRITTEN, "unique", "search", "max_length"];
const NUMBER: Setting[] = [...WRITTEN, "decimals", "min", "max"];
const FILE: Setting[] = ["required", "accept", "max_size", "read_only"];

const twoChoices = {
  one: { label: { en: "First choice", zh: "选项一" }, order: 10 },
  two: { label: { en: "Second choice", zh: "选项二" }, order: 20 },
};

const type = (family: Family, name: string, label: MessageDescriptor, hints: string, settings: Setting[], start?: Body): FieldType => ({ family, name, label, hints, settings, start });

export const FIELD_TYPES: FieldType[] = [
  type("text", "text", msg`Short text`, "text line name 文本 单行 名称", TEXT),
  type("text", "long_text", msg`Long text`, "paragraph note remark 多行 备注 说明", TEXT),
  type("text", "rich_text", msg`Formatted text`, "rich html bold 富文本 格式", ["required", "read_only"]),
  type("text", "serial", msg`Serial number`, "number counter code 编号 单号 流水号", ["pattern"], { pattern: "{year}-{0000}", unique: true, search: true }),
  type("text", "email", msg`Email`, "mail 邮箱 邮件", TEXT),
  type("text", "phone", msg`Phone`, "mobile tel 电话 手机", TEXT),
  type("text", "url", msg`Web address`, "link url 网址 链接", TEXT),
  type("text", "id_number", msg`Chinese ID number`, "identity card 身份证", ["required", "unique", "read_only"]),
  type("text", "barcode", msg`Barcode or QR code`, "scan qr code 条码 二维码 扫码", ["required", "unique", "search", "symbology", "read_only"]),
  type("text", "encrypted", msg`Encrypted text`, "secret password 加密 保密", ["required", "read_only"]),
  type("number", "number", msg`Number`, "quantity integer decimal 数字 数量 整数 小数", NUMBER),
  type("number", "money", msg`Money`, "amount price currency 金额 价格 费用", [...NUMBER, "currency"]),
  type("number", "percent", msg`Percent`, "rate discount 百分比 比例 折扣", NUMBER),
  type("number", "rating", msg`Rating`, "stars score 评分 星级", ["required", "max", "default", "read_only"]),
  type("number", "progress", msg`Progress`, "bar done 进度", ["required", "default", "read_only"]),
  type("choice", "choice", msg`One choice`, "select dropdown radio status state 单选 下拉 状态", [...WRITTEN, "choices"], { choices: twoChoices }),
  type("choice", "choices", msg`Several choices`, "multiple checkbox tags 多选 复选 标签", [...WRITTEN, "choices"], { choices: twoChoices }),
  type("choice", "tree_choice", msg`Choice from a tree`, "category hierarchy 树形 分类 级联", [...WRITTEN, "choices"], { choices: twoChoices }),
  type("choice", "boolean", msg`Yes or no`, "switch checkbox tick 是否 开关 勾选", WRITTEN),
  type("choice", "colour", msg`Colour`, "color 颜色", ["required", "default", "read_only"]),
  type("when", "date", msg`Date`, "day 日期", [...WRITTEN, "min", "max"]),
  type("when", "moment", msg`Date and time`, "moment timestamp 时间 日期时间", WRITTEN),
  type("when", "time", msg`Time of day`, "hour clock 时刻 几点", WRITTEN),
  type("when", "date_range", msg`From – to`, "range period 日期范围 起止", ["required", "read_only"]),
  type("when", "duration", msg`Duration`, "hours length 时长", WRITTEN),
  type("link", "link", msg`Link to a record`, "relation reference customer product 关联 引用 客户 商品", [...WRITTEN, "to", "filter", "reverse", "on_remove"]),
  type("link", "lines", msg`Lines`, "table rows items detail 明细 子表 表格", ["min_rows"]),
  type("link", "cascade", msg`Step-by-step link`, "cascade tree 级联 逐级", ["required", "to", "tree", "filter", "read_only"]),
  type("file", "image", msg`Photo`, "picture camera image 照片 图片 拍照", FILE),
  type("file", "file", msg`File`, "attachment document pdf 文件 附件", FILE),
  type("file", "files", msg`Several files`, "attachments photos 多个文件 附件 多图", [...FILE, "max_count"]),
  type("file", "signature", msg`Signature`, "sign draw 签名 签字", ["required", "read_only"]),
  type("place", "user", msg`Person`, "user employee owner inspector 人员 员工 负责人", [...WRITTEN, "filter", "reverse"]),
  type("place", "department", msg`Department`, "team organisation 部门", [...WRITTEN, "filter", "reverse"]),
  type("place", "role", msg`Role`, "position group 角色 岗位", ["required", "default", "read_only"]),
  type("place", "address", msg`Address`, "street city 地址", ["required", "read_only"]),
  type("place", "region", msg`Province, city, district`, "region division 省市区 地区", ["required", "depth", "default", "read_only"]),
  type("place", "location", msg`Place on the map`, "gps coordinates position 定位 位置 坐标", ["required", "read_only"]),
  type("computed", "formula", msg`Formula`, "calculate computed 公式 计算", ["formula", "decimals"], { formula: "" }),
  type("computed", "lookup", msg`From a linked record`, "lookup fetch 引用 带出", ["path"], { path: "" }),
  type("computed", "rollup", msg`Sum over lines`, "rollup total count aggregate 汇总 合计 求和", ["formula", "decimals"], { formula: "" }),
  type("computed", "capitals", msg`Amount in Chinese capitals`, "words 大写 金额大写", ["path"], { path: "" }),
  type("computed", "query", msg`Found in other records`, "query search match latest price 查询 查找 最近", ["to", "where", "sort", "take"], { where: "" }),
  type("text", "json", msg`Structured data`, "json api 结构化 数据", ["required", "read_only"]),
];

const BY_NAME = new Map(FIELD_TYPES.map((each) => [each.name, each]));

export const fieldTypeOf = (name: string): FieldType | undefined => BY_NAME.get(name);

export const iconOf = (name: string): LucideIcon => KINDS[name]?.icon ?? (fieldTypeOf(name)?.family === "computed" ? Sigma : Braces);

export const isWritten = (field: Body): boolean => !field.formula && fieldTypeOf(field.type)?.family !== "computed";

/** Those that what is typed may mean, the likeliest first: by name, by its beginning, by a word in it, by a hint. */
export function searched(types: FieldType[], typed: string, labelOf: (type: FieldType) => string): FieldType[] {
  const asked = typed.trim().toLowerCase();
  const rank = (type: FieldType): number => {
    const label = labelOf(type).toLowerCase();
    if (label === asked || type.name === asked) return 0;
    if (label.startsWith(asked)) return 1;
    if (label.includes(asked)) return 2;
    return `${type.name} ${type.hints}`.toLowerCase().includes(asked) ? 3 : Infinity;
  };
  return types.filter((type) => rank(type) < Infinity).toSorted((one, other) => rank(one) - rank(other));
}

/** Types whose values another type can hold without loss. Others are warned of. */
const SAFE: Record<string, string[]> = {
  text: ["long_text"],
  email: ["text", "long_text"],
  phone: ["text", "long_text"],
  url: ["text", "long_text"],
  barcode: ["text", "long_text"],
  choice: ["text", "choices"],
  tree_choice: ["text"],
  number: ["money", "percent"],
  percent: ["number"],
  rating: ["number"],
  progress: ["number"],
  image: ["file"],
  file: ["image"],
};

export const losesNothing = (from: string, to: string): boolean => from === to || (SAFE[from] ?? []).includes(to);

/** Types that one may turn into at all: what is computed stays computed. */
export const turnsInto = (from: string): FieldType[] =>
  FIELD_TYPES.filter((each) => (each.family === "computed") === (fieldTypeOf(from)?.family === "computed") && each.name !== "lines" && from !== "lines");
