import { useLingui } from "@lingui/react/macro";

/** What people call the kinds of values. */
export function useTypeWords(): (kind: string) => string {
  const { t } = useLingui();
  const words: Record<string, string> = {
    text: t`text`,
    number: t`number`,
    money: t`money`,
    boolean: t`yes or no`,
    date: t`date`,
    moment: t`date and time`,
    duration: t`duration`,
    months: t`months`,
    choice: t`choice`,
    choices: t`several choices`,
    link: t`link`,
    list: t`list`,
    blank: t`blank`,
  };
  return (kind) => words[kind] ?? kind;
}
