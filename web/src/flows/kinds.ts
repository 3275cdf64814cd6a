/** The kinds of steps, in the groups that one chooses them from. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { Bell, Calculator, CircleStop, Clock, FilePlus2, GitFork, Globe, type LucideIcon, Mail, Pencil, Play, Printer, Repeat, Scale, Search, Send, Stamp, Trash2, UserCheck, Webhook, Workflow } from "lucide-react";
import type { StepKind, Words } from "./model";

export interface KindOfStep {
  name: StepKind;
  label: MessageDescriptor;
  /** What a new one is called, in both languages. */
  words: Words;
  icon: LucideIcon;
  group: "people" | "way" | "work";
}

const kind = (name: StepKind, label: MessageDescriptor, words: Words, icon: LucideIcon, group: KindOfStep["group"]): KindOfStep => ({ name, label, words, icon, group });

export const KINDS: KindOfStep[] = [
  kind("approve", msg`Approval`, { en: "Approval", zh: "审批" }, Stamp, "people"),
  kind("handle", msg`Handling`, { en: "Handling", zh: "办理" }, UserCheck, "people"),
  kind("copy", msg`Copy to read`, { en: "Copy to read", zh: "抄送" }, Send, "people"),
  kind("branch", msg`Branches`, { en: "Branches", zh: "分支" }, GitFork, "way"),
  kind("loop", msg`For each row`, { en: "For each row", zh: "逐条执行" }, Repeat, "way"),
  kind("wait", msg`Wait`, { en: "Wait", zh: "等待" }, Clock, "way"),
  kind("flow", msg`Another flow`, { en: "Another flow", zh: "子流程" }, Workflow, "way"),
  kind("end", msg`End here`, { en: "End", zh: "结束" }, CircleStop, "way"),
  kind("change", msg`Change the record`, { en: "Change the record", zh: "修改记录" }, Pencil, "work"),
  kind("create", msg`Create a record`, { en: "Create a record", zh: "新建记录" }, FilePlus2, "work"),
  kind("find", msg`Find records`, { en: "Find records", zh: "查找记录" }, Search, "work"),
  kind("remove", msg`Remove records`, { en: "Remove records", zh: "删除记录" }, Trash2, "work"),
  kind("perform", msg`Perform an operation`, { en: "Perform an operation", zh: "执行操作" }, Play, "work"),
  kind("evaluate", msg`Ask a rule`, { en: "Ask a rule", zh: "调用规则" }, Scale, "work"),
  kind("compute", msg`Compute`, { en: "Compute", zh: "计算" }, Calculator, "work"),
  kind("message", msg`Message`, { en: "Message", zh: "消息" }, Bell, "work"),
  kind("mail", msg`Mail`, { en: "Mail", zh: "邮件" }, Mail, "work"),
  kind("webhook", msg`Signed webhook`, { en: "Webhook", zh: "签名回调" }, Webhook, "work"),
  kind("http", msg`Call another system`, { en: "Call another system", zh: "调用外部系统" }, Globe, "work"),
  kind("print", msg`Print`, { en: "Print", zh: "打印" }, Printer, "work"),
];

export const kindOfStep = (name: string): KindOfStep => KINDS.find((each) => each.name === name) ?? KINDS[0]!;
