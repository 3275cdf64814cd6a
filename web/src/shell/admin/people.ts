/** People and departments as the administrator's pages know them. */
import { useQuery } from "@tanstack/react-query";
import { get } from "../../kit/api";

export interface RoleName {
  name: string;
  label: string;
  administers?: boolean;
}

export interface User {
  id: number;
  version: number;
  name: string;
  login: string;
  email?: string | null;
  /** Their own roles; `all_roles` has those of their departments too. */
  roles: string[] | null;
  all_roles: string[];
  department?: number | null;
  "department._label"?: string | null;
  is_active?: boolean | null;
  account: { login: string; disabled_at: string | null; locked_until: string | null; must_change: boolean; is_sample?: boolean } | null;
}

export interface Department {
  id: number;
  version: number;
  code: string;
  name: string;
  parent: number | null;
  head: number | null;
  roles: string[] | null;
}

export function useUsers() {
  return useQuery({
    queryKey: ["admin", "users"],
    queryFn: ({ signal }) => get<{ users: User[]; roles: RoleName[] }>("/api/admin/users", undefined, signal),
  });
}

export function useDepartments() {
  return useQuery({
    queryKey: ["admin", "departments"],
    queryFn: async ({ signal }) => (await get<{ records: Department[] }>("/api/records/base.department", { fields: "id,version,code,name,parent,head,roles", sort: "code", limit: 1000 }, signal)).records,
    retry: false,
  });
}

export const byDepartment = (user: User): string[] => (user.all_roles ?? []).filter((role) => !(user.roles ?? []).includes(role));

/** The department and those that it is part of, from the inside out. */
export function upFrom(departments: Department[], id: number | null | undefined): Department[] {
  const line: Department[] = [];
  for (let at = departments.find((each) => each.id === id); at && !line.includes(at); ) {
    line.push(at);
    const { parent } = at;
    at = departments.find((each) => each.id === parent);
  }
  return line;
}

/** Whom a flow would ask, one after another: heads up the departments, never the person. */
export function managersOf(departments: Department[], user: User): { head: number; department: Department }[] {
  const seen = new Set<number>([user.id]);
  return upFrom(departments, user.department).flatMap((department) => {
    if (!department.head || seen.has(department.head)) return [];
    seen.add(department.head);
    return [{ head: department.head, department }];
  });
}

/** Itself and all below it: none of them can become its parent. */
export const isWithin = (departments: Department[], id: number, of: number): boolean => upFrom(departments, id).some((each) => each.id === of);
