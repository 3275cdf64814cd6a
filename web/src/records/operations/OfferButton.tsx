/** What a report leads to: performed at one press, asked first where something must still be said. */
import { Button } from "antd";
import { useState } from "react";
import { useNotices } from "../../kit/notices";
import { useDefs } from "../context";
import type { Values } from "../definitions";
import { askedInputs, isAside } from "./inputs";
import { useMade } from "./made";
import { OperationDialog } from "./OperationDialog";
import { usePerform } from "./perform";

interface OfferButtonProps {
  operation: string;
  given: Values;
  labels: Record<string, string>;
  /** What it is offered for, when it isn't all. */
  about?: string;
  isPrimary?: boolean;
}

export function OfferButton({ operation: name, given, labels, about, isPrimary }: OfferButtonProps) {
  const operation = useDefs().operations[name]!;
  const notices = useNotices();
  const perform = usePerform(operation, []);
  const made = useMade(operation);
  const [isAsking, setAsking] = useState(false);
  const isAsked = operation.tone === "bad" || askedInputs(operation).some((input) => input.required && !isAside(input) && given[input.name] === undefined);

  function run(): void {
    perform.mutate(given, {
      onSuccess: (performed) => notices.done(about ? `${operation.label}: ${about}` : operation.label, made(performed)),
      onError: (error) => notices.problem(error),
    });
  }

  return (
    <>
      <Button
        className="q-report-offer"
        type={isPrimary ? "primary" : "default"}
        size={about ? "small" : "middle"}
        aria-label={about ? `${operation.label} · ${about}` : undefined}
        loading={perform.isPending}
        onClick={() => (isAsked ? setAsking(true) : run())}
      >
        {operation.label}
      </Button>
      {isAsking && <OperationDialog operation={operation} records={[]} given={{ values: given, labels }} onClose={() => setAsking(false)} next={made} />}
    </>
  );
}
