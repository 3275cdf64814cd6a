/** The whole product through somebody's eyes, or with a draft's definitions, until it is left. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { useNotices } from "../kit/notices";
import { beginTrying, type Trying } from "./trying";

export function useSeeAs(): (wanted: Trying) => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  const notices = useNotices();
  return async (wanted) => {
    try {
      await beginTrying(client, wanted);
      navigate("/");
    } catch (problem) {
      notices.problem(problem);
    }
  };
}
