/** What every bar and day of a calendar knows. */
import { createContext, useContext } from "react";
import type { ObjectInfo, RecordAnswer } from "../definitions";
import type { CalendarMoves } from "./calendarMoves";
import type { Tones } from "./colours";

interface CalendarFacts {
  object: ObjectInfo;
  columns: string[];
  except: string[];
  tonesOf: (row: RecordAnswer) => Tones;
  moves: CalendarMoves;
  /** None where the person may not write a new one. */
  create?: (day: number, minute?: number) => void;
  onOpen: (id: number) => void;
  onDay: (day: number) => void;
}

export const CalendarContext = createContext<CalendarFacts | null>(null);

export function useCalendar(): CalendarFacts {
  const facts = useContext(CalendarContext);
  if (!facts) throw new Error("No calendar around");
  return facts;
}
