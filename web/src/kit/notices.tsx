/** Short notices: done with undo, or a refusal with what can be done instead. */
import { useLingui } from "@lingui/react/macro";
import { App, Button, Space } from "antd";
import { useNavigate } from "react-router";
import { type Offer, Problem } from "./api";
import { useOfferWords } from "../records/context";
import { useProblemWords } from "./states";

export interface Next {
  label?: string;
  act: () => void;
}

export interface Notices {
  /** `next` is what a person may want now: undo, or a look at what was made. */
  done: (text: string, next?: Next) => void;
  problem: (error: unknown, onOffer?: (offer: Offer) => void) => void;
}

export function useNotices(): Notices {
  const { notification } = App.useApp();
  const { t } = useLingui();
  const words = useProblemWords();
  const known = useOfferWords();
  const navigate = useNavigate();

  function done(text: string, next?: Next): void {
    const key = `done-${Date.now()}`;
    const act = () => {
      notification.destroy(key);
      next?.act();
    };
    notification.success({
      key,
      title: text,
      placement: "bottomRight",
      duration: next ? 8 : 3,
      actions: next && (
        <Button size="small" onClick={act}>
          {next.label ?? t`Undo`}
        </Button>
      ),
    });
  }

  function problem(error: unknown, onOffer?: (offer: Offer) => void): void {
    const key = `problem-${Date.now()}`;
    const offers = known(error instanceof Problem ? error.offers : []);
    const take = (offer: Offer) => {
      notification.destroy(key);
      if (onOffer) onOffer(offer);
      else navigate(`/do/${offer.operation.replace(".", "/")}`);
    };
    notification.error({
      key,
      title: error instanceof Problem && error.status > 0 && error.status < 500 ? t`That can't be done` : t`Something went wrong`,
      description: <ProblemText error={error} words={words(error)} />,
      placement: "bottomRight",
      duration: offers.length ? 0 : 8,
      actions: offers.length > 0 && (
        <Space wrap>
          {offers.map((offer) => (
            <Button key={offer.operation} size="small" onClick={() => take(offer)}>
              {offer.label}
            </Button>
          ))}
        </Space>
      ),
    });
  }

  return { done, problem };
}

export function ProblemText({ error, words }: { error: unknown; words: string }) {
  const fields = error instanceof Problem ? error.fields : [];
  const extra = fields.filter((field) => !words.includes(field.detail));
  return (
    <>
      <div>{words}</div>
      {extra.length > 0 && (
        <ul className="q-problem-fields">
          {extra.slice(0, 6).map((field) => (
            <li key={field.path + field.code}>{field.detail}</li>
          ))}
        </ul>
      )}
    </>
  );
}
