/** What a step does, as one plain sentence, in either language. Pure; `named` knows what things are called. */
import type { Language } from "../kit/i18n";
import { type Late, ordered, type Step, type Who } from "./model";

export interface Named {
  rule: (name: string) => string;
  role: (name: string) => string;
  user: (login: string) => string;
  field: (path: string) => string;
  object: (name: string) => string;
  operation: (name: string) => string;
  flow: (name: string) => string;
  step: (name: string) => string;
}

type Say = (step: Step, named: Named) => string;

export function sentence(step: Step, language: Language, named: Named): string {
  return (language === "zh" ? ZH : EN)[step.kind](step, named);
}

// --- English ---------------------------------------------------------------------------------------

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const listed = (items: string[], last: string): string => (items.length < 2 ? (items[0] ?? "") : `${items.slice(0, -1).join(", ")} ${last} ${items.at(-1)}`);
const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

const EN_BY: Record<Who["by"], (who: Who, named: Named) => string> = {
  user: ({ users = [] }, named) => (users.length ? listed(users.map(named.user), "and") : "nobody yet"),
  role: ({ role }, named) => (role ? `those in the role “${named.role(role)}”` : "nobody yet"),
  department_head: ({ level = 1 }) => (level > 1 ? `the head of the department ${plural(level - 1, "level")} above` : "the head of the department"),
  manager: ({ level = 1 }) => (level > 1 ? `the submitter's manager at level ${level}` : "the submitter's manager"),
  field: ({ field }, named) => `whoever stands in “${named.field(field ?? "")}”`,
  formula: ({ formula }) => `whom ${formula || "the formula"} gives`,
  submitter: () => "the submitter",
  chosen: () => "whom the submitter chooses",
  step_chosen: () => "whom the previous approver chooses",
};

const enWho = (who: Step["who"], named: Named, last = "and"): string => listed(ordered(who).map(([, each]) => EN_BY[each.by](each, named)), last) || "nobody yet";
const isOne = (who: Step["who"]): boolean => ordered(who).every(([, each]) => !["role", "formula"].includes(each.by) && (each.users?.length ?? 1) < 2) && Object.keys(who ?? {}).length === 1;

function enApprovers(step: Step, named: Named): string {
  if (step.mode === "up_the_line") return `The managers of the submitter approve one after another, up ${plural((step.levels as number) || 1, "level")}`;
  const who = enWho(step.who, named);
  if (!Object.keys(step.who ?? {}).length) return "Nobody is chosen yet who approves";
  if (isOne(step.who)) return `${capital(who)} approves`;
  if (step.mode === "all_of") return `All of ${who} approve`;
  if (step.mode === "vote") return `${capital(who)} vote, and ${(step.share as number) || 50} % of the votes decide`;
  if (step.mode === "in_turn") return `${capital(who)} approve one after another`;
  return `Any of ${who} approves`;
}

function enHours(hours: number, working: boolean): string {
  const span = working ? hours / 8 : hours / 24;
  const amount = span >= 1 && Number.isInteger(span) ? [span, "day"] as const : [hours, "hour"] as const;
  return plural(amount[0], `${working ? "working " : ""}${amount[1]}`);
}

const EN_LATE: Record<NonNullable<Late["act"]>, (late: Late, named: Named) => string> = {
  remind: () => "they are reminded",
  escalate: ({ who }, named) => `it goes to ${enWho(who, named)}`,
  approve: () => "it counts as approved",
  reject: () => "it counts as rejected",
  hand_over: ({ who }, named) => `it is handed over to ${enWho(who, named)}`,
};

function enDue(step: Step, named: Named): string {
  const hours = Number(step.due_hours ?? 0);
  if (!hours) return "";
  const late = ordered(step.late).map(([, each]) => EN_LATE[each.act ?? "remind"](each, named) + (each.after_hours ? ` ${plural(Number(each.after_hours), "hour")} later` : ""));
  return ` within ${enHours(hours, step.working_hours !== false)}${late.length ? `, else ${listed(late, "and")}` : ""}`;
}

const enWait = (step: Step): string =>
  ({
    until: `Waits until ${step.until || "a moment yet to be said"}.`,
    value: `Waits until ${step.when || "a condition yet to be said"} holds.`,
    event: `Waits for ${step.event || "an event yet to be said"}.`,
    callback: "Waits until another system calls back.",
  })[String(step.wait_for)] ?? `Waits ${enHours(Number(step.hours ?? 0), step.working_hours !== false)}.`;

const fieldsSet = (step: Step, named: Named): string[] => Object.keys((step.set as object | undefined) ?? {}).map(named.field);
const text = (value: unknown): string => (typeof value === "string" ? value : "");

const EN: Record<Step["kind"], Say> = {
  approve: (step, named) => `${enApprovers(step, named)}${enDue(step, named)}.`,
  handle: (step, named) => `${capital(enWho(step.who, named, "or"))} ${isOne(step.who) ? "handles" : "handle"} it${enDue(step, named)}.`,
  copy: (step, named) => `${capital(enWho(step.who, named))} ${isOne(step.who) ? "gets" : "get"} a copy to read.`,
  branch: ({ take, branches }) => {
    const count = Object.keys(branches ?? {}).length;
    if (take === "all") return `All ${count} branches run at once and wait for each other.`;
    return take === "fitting" ? `Every branch whose condition fits runs, of ${count}.` : `Takes the first of ${count} branches that fits.`;
  },
  loop: ({ over }, named) => `Does the steps below for each of “${named.field(text(over))}”, one after another.`,
  wait: enWait,
  flow: ({ flow, waits }, named) => `Starts the flow “${named.flow(text(flow))}”${waits === false ? " and goes on at once" : " and waits for its end"}.`,
  create: (step, named) => `Creates a record of “${named.object(text(step.object))}”.`,
  change: (step, named) => (fieldsSet(step, named).length ? `Changes ${listed(fieldsSet(step, named), "and")}.` : "Changes nothing yet."),
  find: (step, named) => `Finds records of “${named.object(text(step.object))}”${step.where ? " that fit" : ""}.`,
  remove: ({ found }, named) => (found ? `Removes what “${named.step(text(found))}” found.` : "Removes the record."),
  perform: ({ operation }, named) => `Performs “${named.operation(text(operation))}”.`,
  evaluate: ({ rule }, named) => `Asks the rule “${named.rule(text(rule))}”; what it says is known to later steps.`,
  compute: ({ set }) => `Computes ${listed(Object.keys((set as object | undefined) ?? {}), "and") || "nothing yet"}.`,
  message: (step, named) => `Sends ${enWho(step.who, named)} a message.`,
  mail: (step, named) => `Sends a mail to ${step.address ? text(step.address) : enWho(step.who, named)}.`,
  webhook: ({ url }) => `Tells ${text(url) || "an address yet to be said"}, signed.`,
  http: ({ url, method }) => `Calls ${text(url) || "an address yet to be said"} (${text(method) || "POST"}).`,
  print: ({ print }) => `Prints “${text(print)}” and keeps it with the record.`,
  end: ({ result }) => (result === "rejected" ? "Ends the flow as rejected." : "Ends the flow as approved."),
};

// --- 中文 --------------------------------------------------------------------------------------------

const ZH_BY: Record<Who["by"], (who: Who, named: Named) => string> = {
  user: ({ users = [] }, named) => users.map(named.user).join("、") || "（未设置）",
  role: ({ role }, named) => (role ? `角色“${named.role(role)}”` : "（未设置）"),
  department_head: ({ level = 1 }) => (level > 1 ? `上 ${level - 1} 级部门负责人` : "部门负责人"),
  manager: ({ level = 1 }) => (level > 1 ? `发起人的第 ${level} 级主管` : "发起人的直接主管"),
  field: ({ field }, named) => `“${named.field(field ?? "")}”中的人员`,
  formula: ({ formula }) => `公式 ${formula ?? ""} 得出的人员`,
  submitter: () => "发起人",
  chosen: () => "发起人自选的人员",
  step_chosen: () => "上一审批人指定的人员",
};

const zhWho = (who: Step["who"], named: Named): string => ordered(who).map(([, each]) => ZH_BY[each.by](each, named)).join("、") || "（未设置）";

function zhApprovers(step: Step, named: Named): string {
  if (step.mode === "up_the_line") return `由发起人的主管逐级审批，共 ${(step.levels as number) || 1} 级`;
  const who = zhWho(step.who, named);
  if (!Object.keys(step.who ?? {}).length) return "尚未设置审批人";
  if (isOne(step.who)) return `由${who}审批`;
  if (step.mode === "all_of") return `由${who}会签，须全部同意`;
  if (step.mode === "vote") return `由${who}票签，同意达到 ${(step.share as number) || 50}% 即通过`;
  if (step.mode === "in_turn") return `由${who}依次审批`;
  return `由${who}或签，任一人同意即可`;
}

function zhHours(hours: number, working: boolean): string {
  const span = working ? hours / 8 : hours / 24;
  if (span >= 1 && Number.isInteger(span)) return `${span} 个${working ? "工作日" : "自然日"}`;
  return `${hours} 个${working ? "工作小时" : "小时"}`;
}

const ZH_LATE: Record<NonNullable<Late["act"]>, (late: Late, named: Named) => string> = {
  remind: () => "发送提醒",
  escalate: ({ who }, named) => `升级至${zhWho(who, named)}`,
  approve: () => "自动通过",
  reject: () => "自动拒绝",
  hand_over: ({ who }, named) => `转交给${zhWho(who, named)}`,
};

function zhDue(step: Step, named: Named): string {
  const hours = Number(step.due_hours ?? 0);
  if (!hours) return "";
  const late = ordered(step.late).map(([, each]) => `${each.after_hours ? `再过 ${each.after_hours} 小时` : ""}${ZH_LATE[each.act ?? "remind"](each, named)}`);
  return `，限 ${zhHours(hours, step.working_hours !== false)}内完成${late.length ? `，超时则${late.join("，")}` : ""}`;
}

const zhWait = (step: Step): string =>
  ({
    until: `等待至 ${step.until || "（未设置）"}。`,
    value: `等待直到满足 ${step.when || "（未设置）"}。`,
    event: `等待事件 ${step.event || "（未设置）"}。`,
    callback: "等待外部系统回调。",
  })[String(step.wait_for)] ?? `等待 ${zhHours(Number(step.hours ?? 0), step.working_hours !== false)}。`;

const ZH: Record<Step["kind"], Say> = {
  approve: (step, named) => `${zhApprovers(step, named)}${zhDue(step, named)}。`,
  handle: (step, named) => `由${zhWho(step.who, named)}办理${zhDue(step, named)}。`,
  copy: (step, named) => `抄送给${zhWho(step.who, named)}。`,
  branch: ({ take, branches }) => {
    const count = Object.keys(branches ?? {}).length;
    if (take === "all") return `${count} 条分支同时进行，全部完成后汇合。`;
    return take === "fitting" ? `${count} 条分支中，满足条件的都会执行。` : `${count} 条分支中，执行第一条满足条件的。`;
  },
  loop: ({ over }, named) => `对“${named.field(text(over))}”逐条执行以下步骤。`,
  wait: zhWait,
  flow: ({ flow, waits }, named) => `发起流程“${named.flow(text(flow))}”${waits === false ? "，不等待其结束" : "，并等待其结束"}。`,
  create: (step, named) => `新建一条“${named.object(text(step.object))}”记录。`,
  change: (step, named) => (fieldsSet(step, named).length ? `修改${fieldsSet(step, named).join("、")}。` : "尚未设置修改内容。"),
  find: (step, named) => `查找${step.where ? "符合条件的" : ""}“${named.object(text(step.object))}”记录。`,
  remove: ({ found }, named) => (found ? `删除“${named.step(text(found))}”找到的记录。` : "删除该记录。"),
  perform: ({ operation }, named) => `执行操作“${named.operation(text(operation))}”。`,
  evaluate: ({ rule }, named) => `调用规则“${named.rule(text(rule))}”，其结果可供后续步骤使用。`,
  compute: ({ set }) => `计算 ${Object.keys((set as object | undefined) ?? {}).join("、") || "（未设置）"}。`,
  message: (step, named) => `向${zhWho(step.who, named)}发送站内消息。`,
  mail: (step, named) => `发送邮件给${step.address ? text(step.address) : zhWho(step.who, named)}。`,
  webhook: ({ url }) => `通知 ${text(url) || "（未设置地址）"}（带签名）。`,
  http: ({ url, method }) => `调用 ${text(url) || "（未设置地址）"}（${text(method) || "POST"}）。`,
  print: ({ print }) => `打印“${text(print)}”并随记录保存。`,
  end: ({ result }) => (result === "rejected" ? "流程结束，结果为已拒绝。" : "流程结束，结果为已通过。"),
};
