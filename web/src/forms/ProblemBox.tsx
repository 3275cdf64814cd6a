import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { TriangleAlert } from "lucide-react";
import { Link, useNavigate } from "react-router";
import { Problem } from "../kit/api";
import { useProblemWords } from "../kit/states";
import { useOfferWords } from "../records/context";
import { recordPath } from "../records/definitions";
import { strayProblems } from "./problems";

interface ProblemBoxProps {
  error: Error;
  known: string[];
  onOffer?: (operation: string) => void;
}

/** Why it was refused, and what can be done instead as buttons. */
export function ProblemBox({ error, known, onOffer }: ProblemBoxProps) {
  const { t } = useLingui();
  const words = useProblemWords();
  const navigate = useNavigate();
  const offers = useOfferWords()(error instanceof Problem ? error.offers : []);
  const isBesideFields = error instanceof Problem && error.code === "wrong_input" && error.fields.length > 0 && strayProblems(error, known).length === 0;
  const inTheWay = error instanceof Problem ? error.records : [];
  const strays = strayProblems(error, known).filter((detail) => !error.message.includes(detail));
  const take = onOffer ?? ((operation: string) => navigate(`/do/${operation.replace(".", "/")}`));
  return (
    <div role="alert" className="q-problem">
      <TriangleAlert size={18} aria-hidden />
      <div>
        <p>{isBesideFields ? t`Some inputs need another look: see the marked fields.` : words(error)}</p>
        {inTheWay.map(({ object, id, label }) => (
          <Link key={id} to={recordPath(object, id)}>
            {label}
          </Link>
        ))}
        {strays.length > 0 && (
          <ul>
            {strays.map((detail) => (
              <li key={detail}>{detail}</li>
            ))}
          </ul>
        )}
        {offers.length > 0 && (
          <div className="q-problem-offers">
            <span>{t`What can be done:`}</span>
            {offers.map((offer) => (
              <Button key={offer.operation} size="small" onClick={() => take(offer.operation)}>
                {offer.label}
              </Button>
            ))}
          </div>
        )}
      </div>
    </div>
  );
}
