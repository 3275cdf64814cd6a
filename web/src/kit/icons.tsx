/** Names of icons that definitions may use. An unknown name gets the general one. */
import {
  Activity, ArrowLeftRight, BadgeDollarSign, Banknote, Barcode, Bell, BookOpen, Boxes, Briefcase, Building2, Calculator, Calendar, ChartColumn, CircleCheck, Clock, Copy, Eye, GitBranch, Mail, Send, SquareCheck, UserCheck,
  ChartNoAxesCombined, CircleDollarSign, CirclePause, ClipboardCheck, ClipboardList, Contact, CreditCard, Factory, FileText, Flag, Folder, FolderKanban, FolderTree, Gift, HandCoins, Handshake, History, House, Inbox, KeyRound, Landmark, Layers,
  Lock, type LucideIcon, MapPin, Network, Package, PackageCheck, Percent, Receipt, Ruler, Scale, ScrollText, Settings, ShoppingBag,
  ShoppingCart, Store, Table2, Tag, Target, Truck, User, UserPlus, Users, Wallet, Warehouse, Webhook,
} from "lucide-react";

const ICONS: Record<string, LucideIcon> = {
  "account-book": BookOpen, aim: Target, apartment: Network, audit: ClipboardCheck, barcode: Barcode, calculator: Calculator,
  cluster: FolderTree, environment: MapPin, "file-done": ScrollText, fund: ChartNoAxesCombined, gift: Gift, history: History, inbox: Inbox,
  api: Webhook, key: KeyRound, lock: Lock, "money-collect": HandCoins, number: Ruler, "pause-circle": CirclePause, swap: ArrowLeftRight, tags: Tag, team: Users,
  activity: Activity, account: BookOpen, address: MapPin, bank: Landmark, banknote: Banknote, book: BookOpen, "book-open": BookOpen,
  box: Package, boxes: Boxes, briefcase: Briefcase, building: Building2, calendar: Calendar, cart: ShoppingCart,
  "shopping-cart": ShoppingCart, chart: ChartColumn, clipboard: ClipboardList, coins: CircleDollarSign, contact: Contact, contacts: Contact,
  "credit-card": CreditCard, currency: CircleDollarSign, customer: Building2, deal: Handshake, department: Building2, dollar: BadgeDollarSign,
  factory: Factory, file: FileText, "file-text": FileText, flag: Flag, folder: Folder, handshake: Handshake, home: House,
  journal: ScrollText, kanban: FolderKanban, landmark: Landmark, layers: Layers, lead: UserPlus, ledger: ScrollText, list: ClipboardList,
  location: MapPin, "map-pin": MapPin, money: Wallet, order: ShoppingBag, package: Package, parcel: PackageCheck, party: Building2,
  payment: CreditCard, percent: Percent, product: Package, project: FolderKanban, quote: FileText, receipt: Receipt, receivable: Receipt,
  report: ChartColumn, ruler: Ruler, scale: Scale, settings: Settings, shop: Store, "shopping-bag": ShoppingBag, stock: Warehouse,
  store: Store, table: Table2, tag: Tag, target: Target, truck: Truck, unit: Ruler, user: User, "user-plus": UserPlus, users: Users,
  wallet: Wallet, warehouse: Warehouse, branches: GitBranch, flow: GitBranch, send: Send, eye: Eye, check: CircleCheck, "check-circle": CircleCheck,
  "clock-circle": Clock, clock: Clock, copy: Copy, bell: Bell, "check-square": SquareCheck, todo: SquareCheck, mail: Mail, deputy: UserCheck,
};

const APPS: Record<string, LucideIcon> = {
  base: Building2, crm: Handshake, oms: ShoppingBag, stock: Warehouse, finance: Landmark, purchase: ShoppingCart, make: Factory,
  people: Users, projects: FolderKanban,
};

const OBJECTS: Record<string, LucideIcon> = {
  party: Building2, contact: Contact, product: Package, unit: Ruler, currency: CircleDollarSign, user: User, department: Users,
  company: Building2, lead: UserPlus, deal: Handshake, quote: FileText, activity: Activity, channel: Store, sales_order: ShoppingBag,
  parcel: Truck, location: MapPin, lot: Boxes, balance: Boxes, move: Layers, valuation: Scale, account: BookOpen, period: Calendar,
  journal_entry: ScrollText, receivable: Receipt, payment: CreditCard, reservation: PackageCheck,
};

interface NamedIconProps {
  name?: string;
  app?: string;
  object?: string;
  size?: number;
}

export function NamedIcon({ name, app, object, size = 17 }: NamedIconProps) {
  const Icon =
    (name && ICONS[name]) || (object && OBJECTS[object.split(".").at(-1) ?? ""]) || (app && APPS[app]) || Table2;
  return <Icon size={size} strokeWidth={1.75} aria-hidden />;
}
